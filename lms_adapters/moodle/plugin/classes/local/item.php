<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

namespace local_gleanery\local;

/**
 * A learning item as it was asked for, checked: what is wrong never becomes one of these.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class item {
    /** What every id number of ours begins with: nothing else is ever changed or deleted. */
    public const PREFIX = 'gleanery-';

    /** The activities there are. */
    public const KINDS = ['url', 'page', 'label'];

    /** Bytes of a text. */
    public const LONGEST = 200000;

    /** Bytes of an address. */
    private const LONGEST_ADDRESS = 8000;

    /**
     * Made by checked().
     *
     * @param string $idnumber
     * @param string $kind
     * @param string $name
     * @param string $url empty where there is none
     * @param string $text HTML, not cleaned yet
     * @param bool $embed whether the address may be shown inside a page of Moodle
     */
    private function __construct(
        /** @var string the id number, with the prefix */
        public readonly string $idnumber,
        /** @var string url, page or label */
        public readonly string $kind,
        /** @var string the name */
        public readonly string $name,
        /** @var string the address, empty where there is none */
        public readonly string $url,
        /** @var string HTML */
        public readonly string $text,
        /** @var bool whether the address may be shown inside a page of Moodle */
        public readonly bool $embed
    ) {
    }

    /**
     * The item, if all of it is in order.
     *
     * @param string $idnumber
     * @param string $kind
     * @param string $name
     * @param string $url
     * @param string $text
     * @param bool $embed
     * @return self
     * @throws refused
     */
    public static function checked(
        string $idnumber,
        string $kind,
        string $name,
        string $url = '',
        string $text = '',
        bool $embed = false
    ): self {
        self::check_idnumber($idnumber);
        if (!in_array($kind, self::KINDS, true)) {
            throw new refused('badkind');
        }
        self::check_name($name);
        if ($url !== '' && !self::is_web_address($url)) {
            throw new refused('badaddress');
        }
        if (strlen($text) > self::LONGEST) {
            throw new refused('texttoolong', (string) self::LONGEST);
        }
        $shown = trim($text) !== '';
        if ($kind === 'url' && $url === '') {
            throw new refused('noaddress');
        }
        if (($kind === 'page' && !$shown && $url === '') || ($kind === 'label' && !$shown)) {
            throw new refused('nothingtoshow');
        }
        return new self($idnumber, $kind, $name, $url, $text, $embed);
    }

    /**
     * The same item with another text: the cleaned one.
     *
     * @param string $text
     * @return self
     */
    public function with_text(string $text): self {
        return new self($this->idnumber, $this->kind, $this->name, $this->url, $text, $this->embed);
    }

    /**
     * The same item for an activity of another kind.
     *
     * @param string $kind
     * @return self
     */
    public function as_kind(string $kind): self {
        return new self($this->idnumber, $kind, $this->name, $this->url, $this->text, $this->embed);
    }

    /**
     * Refuses an id number that is not the prefix and a UUID in small letters.
     *
     * @param string $idnumber
     * @throws refused
     */
    public static function check_idnumber(string $idnumber): void {
        $uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
        if (!preg_match('/^' . self::PREFIX . $uuid . '$/D', $idnumber)) {
            throw new refused('badidnumber');
        }
    }

    /**
     * Refuses a name that no activity can have.
     *
     * @param string $name
     * @throws refused
     */
    public static function check_name(string $name): void {
        if (!preg_match('/^[^\x00-\x1f\x7f]{1,255}$/Du', $name) || trim($name) === '') {
            throw new refused('badname');
        }
    }

    /**
     * Whether this is an absolute http or https address in ASCII, without a user name.
     *
     * The web service's PARAM_URL lets ftp, mailto and paths pass and refuses characters that addresses may hold;
     * create_module() checks nothing at all.
     *
     * @param string $url
     * @return bool
     */
    public static function is_web_address(string $url): bool {
        $plain = preg_match('#^https?://[\x21-\x7e]+$#Di', $url) && strpbrk($url, '\\"<>') === false;
        if (!$plain || strlen($url) > self::LONGEST_ADDRESS) {
            return false;
        }
        $parts = parse_url($url);
        return is_array($parts) && ($parts['host'] ?? '') !== '' && !isset($parts['user']) && !isset($parts['pass']);
    }
}

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
 * An item as what create_module() and update_moduleinfo() take.
 * 
 * Plain arrays, so that what is set can be tested without Moodle. `introeditor` gets its draft area in moodle_shelf.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class moduleinfo {
    /** FORMAT_HTML. */
    private const HTML = 1;

    /** RESOURCELIB_DISPLAY_AUTO: Moodle shows inside a page what it can. */
    private const DISPLAY_AUTO = 0;

    /** RESOURCELIB_DISPLAY_OPEN: the address is opened as a link. */
    private const DISPLAY_OPEN = 5;

    /** How the modules keep their display options, and what they are where none are kept. */
    private const OPTIONS = ['printintro' => 0, 'printlastmodified' => 0, 'popupwidth' => 620, 'popupheight' => 450];

    /** Parameters a link in Moodle may have. */
    private const PARAMETERS = 100;

    /**
     * What is shown of an item, to be cleaned before it is kept: on a page with the link to where it is from.
     *
     * @param item $item
     * @return string HTML
     */
    public static function shown(item $item): string {
        if ($item->kind !== 'page' || $item->url === '') {
            return $item->text;
        }
        $address = htmlspecialchars($item->url, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
        // By this class Moodle's media filter leaves a link a link.
        $class = $item->embed ? '' : ' class="nomediaplugin"';
        return trim($item->text . "\n" . '<p><a href="' . $address . '"' . $class . '>' . $address . '</a></p>');
    }

    /**
     * A new activity. Who opens it has completed it, where the course keeps completion; teachers may change that.
     *
     * @param item $item its text cleaned
     * @param bool $hidden
     * @return array
     */
    public static function fresh(item $item, bool $hidden): array {
        $counts = $item->kind === 'label' ? [] : ['completion' => 2, 'completionview' => 1];
        $info = [
            'modulename' => $item->kind,
            'cmidnumber' => $item->idnumber,
            'visible' => $hidden ? 0 : 1,
            'visibleoncoursepage' => 1,
            'showdescription' => $item->kind === 'url' ? 1 : 0,
        ] + $counts + self::OPTIONS;
        $info['display'] = $item->kind === 'url' && $item->embed ? self::DISPLAY_AUTO : self::DISPLAY_OPEN;
        return self::content($item) + $info;
    }

    /**
     * What changes in an activity; all that is not named here stays as teachers set it.
     *
     * @param item $item its text cleaned
     * @param array $stored what get_moduleinfo_data() gives: the instance's columns among others
     * @return array
     */
    public static function changed(item $item, array $stored): array {
        $changes = self::content($item);
        if ($item->kind === 'page') {
            unset($changes['introeditor']); // The text is the page's content; its description is the teachers'.
        }
        if ($item->kind !== 'label') {
            $changes += self::unpacked((string) ($stored['displayoptions'] ?? '')) + self::OPTIONS;
        }
        if ($item->kind === 'url') {
            $number = 0;
            foreach (self::unpacked((string) ($stored['parameters'] ?? '')) as $parameter => $variable) {
                $changes += ["parameter_$number" => $parameter, "variable_$number" => $variable];
                $number++;
            }
        }
        return $changes;
    }

    /**
     * The words of an item where its kind of activity keeps them.
     *
     * @param item $item
     * @return array
     */
    private static function content(item $item): array {
        $editor = ['text' => $item->text, 'format' => self::HTML, 'itemid' => 0];
        $empty = ['text' => ''] + $editor;
        switch ($item->kind) {
            case 'url':
                return ['name' => $item->name, 'externalurl' => $item->url, 'introeditor' => $editor];
            case 'page':
                // On creation page_add_instance() takes `content`, on update page_update_instance() takes `page`.
                return [
                    'name' => $item->name,
                    'content' => $item->text,
                    'contentformat' => self::HTML,
                    'page' => $editor,
                    'introeditor' => $empty,
                ];
            default:
                return ['name' => $item->name, 'introeditor' => $editor];
        }
    }

    /**
     * What the modules keep serialized in one column.
     *
     * @param string $serialized
     * @return array empty where it is not an array of plain values
     */
    private static function unpacked(string $serialized): array {
        $kept = $serialized === '' ? [] : @unserialize($serialized, ['allowed_classes' => false]);
        return is_array($kept) ? array_slice(array_filter($kept, 'is_scalar'), 0, self::PARAMETERS) : [];
    }
}

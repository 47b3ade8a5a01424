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
 * An activity of a course as it stands there.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class placed {
    /**
     * An activity.
     *
     * @param int $cmid
     * @param string $idnumber
     * @param string $modname
     * @param string $name
     * @param string $address
     * @param string $text
     * @param bool $visible
     * @param int $sectionid
     * @param int $section
     * @param int $timemodified
     * @param string $viewurl
     */
    public function __construct(
        /** @var int id of the course module */
        public readonly int $cmid,
        /** @var string its id number */
        public readonly string $idnumber,
        /** @var string its kind of activity */
        public readonly string $modname,
        /** @var string its name; of the label that heads a path's section, the name of that section */
        public readonly string $name,
        /** @var string the address a link leads to, else empty */
        public readonly string $address,
        /** @var string the intro, of a page its content */
        public readonly string $text,
        /** @var bool whether learners see it */
        public readonly bool $visible,
        /** @var int id of its section */
        public readonly int $sectionid,
        /** @var int number of its section */
        public readonly int $section,
        /** @var int when its instance was last changed, in seconds */
        public readonly int $timemodified,
        /** @var string where it is seen */
        public readonly string $viewurl
    ) {
    }

    /**
     * As the web services tell it: the words as digests, by which a change is seen without bringing them out.
     *
     * @return array
     */
    public function told(): array {
        return [
            'cmid' => $this->cmid,
            'idnumber' => $this->idnumber,
            'kind' => $this->modname,
            'visible' => $this->visible,
            'section' => $this->section,
            'timemodified' => $this->timemodified,
            'viewurl' => $this->viewurl,
            'digests' => [
                'name' => hash('sha256', $this->name),
                'address' => hash('sha256', $this->address),
                'text' => hash('sha256', $this->text),
            ],
        ];
    }
}

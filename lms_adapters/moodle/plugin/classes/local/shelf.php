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
 * What the rules need of a course: moodle_shelf gives it in Moodle, the tests from memory.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
interface shelf {
    /**
     * The activities that bear an id number, oldest first.
     *
     * @param string $idnumber
     * @return placed[]
     */
    public function named(string $idnumber): array;

    /**
     * The activities whose id number has our prefix, by their id.
     *
     * @param int $after only those with a greater id
     * @param int $limit how many at most
     * @return placed[]
     */
    public function ours(int $after, int $limit): array;

    /**
     * The activities with our prefix in one section.
     *
     * @param int $sectionid
     * @return placed[]
     */
    public function ours_in(int $sectionid): array;

    /**
     * Makes an activity at the end of a section.
     *
     * @param item $item
     * @param int $section its number
     * @param bool $hidden
     * @return placed
     */
    public function create(item $item, int $section, bool $hidden): placed;

    /**
     * Changes an activity and leaves what teachers set about it: visibility, completion, groups, availability.
     *
     * @param placed $there
     * @param item $item its kind is that of the activity
     * @return placed
     */
    public function update(placed $there, item $item): placed;

    /**
     * Deletes an activity.
     *
     * @param placed $there
     */
    public function delete(placed $there): void;

    /**
     * The id of the section with this number, 0 where there is none.
     *
     * @param int $section
     * @return int
     */
    public function section_id(int $section): int;

    /**
     * The number of the last section.
     *
     * @return int
     */
    public function last_section(): int;

    /**
     * Makes a section at the end of the course.
     *
     * @param string $name
     * @return int its number
     * @throws refused
     */
    public function add_section(string $name): int;

    /**
     * Names a section.
     *
     * @param int $sectionid
     * @param string $name
     */
    public function name_section(int $sectionid, string $name): void;

    /**
     * The ids of all activities of a section, in their order.
     *
     * @param int $sectionid
     * @return int[]
     */
    public function sequence(int $sectionid): array;

    /**
     * Moves an activity to the end of a section.
     *
     * @param int $cmid
     * @param int $sectionid
     */
    public function move(int $cmid, int $sectionid): void;

    /**
     * Deletes a section that holds nothing any more; any other stays.
     *
     * @param int $sectionid
     */
    public function drop_if_empty(int $sectionid): void;

    /**
     * The activity that must be completed before this one opens, 0 for none.
     *
     * @param int $cmid
     * @return int|null null where a teacher restricted it in another way
     */
    public function first(int $cmid): ?int;

    /**
     * Lets an activity open once another one is completed.
     *
     * @param int $cmid
     * @param int $first 0 for at once
     */
    public function open_after(int $cmid, int $first): void;

    /**
     * Whether Moodle knows who completed an activity, and may restrict others by that.
     *
     * @param int $cmid
     * @return bool
     */
    public function tracks(int $cmid): bool;
}

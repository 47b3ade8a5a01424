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
 * Puts some activities of a section in order, with as few moves as that takes by moving to the end.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ordering {
    /**
     * What to move to the end of the section, one after the other.
     *
     * Those that already stand in order stay where they are; so does whatever else the section holds.
     *
     * @param int[] $sequence the section as it is
     * @param int[] $wanted the order that some of them shall have, and those that shall come in
     * @return int[]
     */
    public static function moves(array $sequence, array $wanted): array {
        $reached = -1;
        foreach (array_values($wanted) as $number => $cmid) {
            $position = array_search($cmid, $sequence, true);
            if ($position === false || $position < $reached) {
                return array_slice(array_values($wanted), $number);
            }
            $reached = $position;
        }
        return [];
    }
}

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

namespace local_gleanery;

use local_gleanery\local\ordering;

/**
 * How a section is put in order.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ordering_test extends \basic_testcase {
    /**
     * The section, the order wanted, and what is moved to its end.
     *
     * @return array
     */
    public static function orders(): array {
        return [
            [[1, 2, 3], [1, 2, 3], []],
            [[1, 9, 2, 3], [1, 2, 3], []],
            [[1, 2, 3], [1, 3, 2], [2]],
            [[1, 2, 3], [3, 1, 2], [1, 2]],
            [[1], [1, 2, 3], [2, 3]],
            [[], [1], [1]],
        ];
    }

    /**
     * Only what is out of order is moved.
     *
     * @dataProvider orders
     * @covers \local_gleanery\local\ordering::moves
     * @param int[] $sequence
     * @param int[] $wanted
     * @param int[] $moves
     */
    public function test_only_what_is_out_of_order_is_moved(array $sequence, array $wanted, array $moves): void {
        $this->assertSame($moves, ordering::moves($sequence, $wanted));
    }
}

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

use local_gleanery\local\availability;

/**
 * Which restriction is ours.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class availability_test extends \basic_testcase {
    /**
     * Restrictions as they are kept, and what must be completed first.
     *
     * @return array
     */
    public static function restrictions(): array {
        return [
            [null, 0],
            ['', 0],
            ['{"op":"&","c":[],"showc":[]}', 0],
            [availability::after(12), 12],
            ['{"op":"&","c":[{"type":"completion","cm":12,"e":2}],"showc":[true]}', null],
            ['{"op":"|","c":[{"type":"completion","cm":12,"e":1}],"show":true}', null],
            ['{"op":"&","c":[{"type":"date","d":">=","t":1800000000}],"showc":[true]}', null],
            ['not json', null],
        ];
    }

    /**
     * Only a restriction of our shape is taken for ours.
     *
     * @dataProvider restrictions
     * @covers \local_gleanery\local\availability::first
     * @param string|null $kept
     * @param int|null $first
     */
    public function test_only_our_shape_is_ours(?string $kept, ?int $first): void {
        $this->assertSame($first, availability::first($kept));
    }
}

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

use local_gleanery\local\item;
use local_gleanery\local\refused;

/**
 * What an item may be.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class item_test extends \basic_testcase {
    /** An id number. */
    private const ID = 'gleanery-3f2504e0-4f89-41d3-9a0c-0305e82c3301';

    /**
     * Addresses, and whether they are taken.
     *
     * @return array
     */
    public static function addresses(): array {
        return [
            ['https://example.org/a?b[]=c|d#e', true],
            ['HTTP://example.org', true],
            ['http://[::1]:8080/', true],
            ['javascript:alert(1)', false],
            ['data:text/html,x', false],
            ['ftp://example.org/', false],
            ['https://name:word@example.org/', false],
            ["https://example.org/\n", false],
            ['https://example.org/"onclick=', false],
            ['/course/view.php', false],
        ];
    }

    /**
     * Only web addresses are taken.
     *
     * @dataProvider addresses
     * @covers \local_gleanery\local\item::is_web_address
     * @param string $url
     * @param bool $taken
     */
    public function test_only_web_addresses_are_taken(string $url, bool $taken): void {
        $this->assertSame($taken, item::is_web_address($url));
    }

    /**
     * What is not in order, and the reason given.
     *
     * @return array
     */
    public static function refusals(): array {
        return [
            [['quiz-1', 'url', 'Name', 'https://example.org/'], 'badidnumber'],
            [[self::ID, 'quiz', 'Name', 'https://example.org/'], 'badkind'],
            [[self::ID, 'url', '', 'https://example.org/'], 'badname'],
            [[self::ID, 'url', 'Name', ''], 'noaddress'],
            [[self::ID, 'page', 'Name', '', ' '], 'nothingtoshow'],
            [[self::ID, 'label', 'Name', 'https://example.org/', ''], 'nothingtoshow'],
            [[self::ID, 'page', 'Name', '', str_repeat('x', item::LONGEST + 1)], 'texttoolong'],
        ];
    }

    /**
     * What is not in order is refused with its reason.
     *
     * @dataProvider refusals
     * @covers \local_gleanery\local\item::checked
     * @param array $given
     * @param string $reason
     */
    public function test_what_is_not_in_order_is_refused(array $given, string $reason): void {
        try {
            item::checked(...$given);
            $this->fail('It was taken.');
        } catch (refused $refusal) {
            $this->assertSame($reason, $refusal->reason);
            $this->assertTrue(get_string_manager()->string_exists($reason, 'local_gleanery'));
        }
    }
}

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

use context_course;
use local_gleanery\external\delete_item;
use local_gleanery\external\get_items;
use local_gleanery\external\upsert_item;
use local_gleanery\external\upsert_section;
use local_gleanery\local\availability;

/**
 * The functions in a Moodle: what is kept, who may, and what teachers did stays.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class external_test extends \advanced_testcase {
    /** @var \stdClass the course */
    private \stdClass $course;

    /** @var int id of the role that may do everything here */
    private int $role;

    /**
     * A course, and an account that may bring items into it.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->course = $this->getDataGenerator()->create_course(['numsections' => 2, 'enablecompletion' => 1]);
        $account = $this->getDataGenerator()->create_user();
        $context = context_course::instance($this->course->id);
        $this->role = $this->getDataGenerator()->create_role();
        foreach (
            [
                'local/gleanery:manage', 'moodle/course:view', 'moodle/course:manageactivities', 'moodle/course:update',
                'mod/url:addinstance', 'mod/page:addinstance', 'mod/label:addinstance',
            ] as $capability
        ) {
            assign_capability($capability, CAP_ALLOW, $this->role, $context);
        }
        role_assign($this->role, $account->id, $context->id);
        $this->setUser($account);
    }

    /**
     * An id number.
     *
     * @param int $number
     * @return string
     */
    private static function idnumber(int $number): string {
        return sprintf('gleanery-00000000-0000-4000-8000-%012d', $number);
    }

    /**
     * Brings a link, as the web service would.
     *
     * @param int $number
     * @param array $changes
     * @return array
     */
    private function bring(int $number, array $changes = []): array {
        $given = $changes + [
            'courseid' => $this->course->id,
            'idnumber' => self::idnumber($number),
            'kind' => 'url',
            'name' => "Item $number",
            'url' => "https://example.org/watch?v=$number&t=5",
            'text' => '<p>Source</p>',
            'embed' => false,
            'section' => 1,
            'hidden' => false,
        ];
        return upsert_item::clean_returnvalue(upsert_item::execute_returns(), upsert_item::execute(...array_values($given)));
    }

    /**
     * The course module of an item.
     *
     * @param int $number
     * @return \stdClass
     */
    private function module(int $number): \stdClass {
        global $DB;
        $where = ['course' => $this->course->id, 'idnumber' => self::idnumber($number)];
        return $DB->get_record('course_modules', $where, '*', MUST_EXIST);
    }

    /**
     * A link is made once and then changed.
     *
     * @covers \local_gleanery\external\upsert_item
     * @covers \local_gleanery\local\moodle_shelf
     */
    public function test_a_link_is_made_once_and_then_changed(): void {
        global $DB;
        $events = $this->redirectEvents();
        $made = $this->bring(1);
        $this->assertSame('created', $made['outcome']);
        $created = array_filter($events->get_events(), fn($event) => $event instanceof \core\event\course_module_created);
        $this->assertCount(1, $created);
        $again = $this->bring(1, ['name' => 'New', 'url' => 'https://example.org/new']);
        $this->assertSame('updated', $again['outcome']);
        $this->assertSame($made['cmid'], $again['cmid']);
        $url = $DB->get_record('url', ['id' => $this->module(1)->instance], '*', MUST_EXIST);
        $this->assertSame('New', $url->name);
        $this->assertSame('https://example.org/new', $url->externalurl);
        $this->assertStringContainsString('Source', $url->intro);
        $this->assertSame(hash('sha256', $url->intro), $again['digests']['text']);
    }

    /**
     * A page keeps a cleaned text, and is changed as well.
     *
     * @covers \local_gleanery\local\moodle_shelf
     */
    public function test_a_page_keeps_a_cleaned_text(): void {
        global $DB;
        $hostile = '<p>Text</p><script>alert(1)</script><img src="x" onerror="alert(1)"><a href="javascript:alert(1)">x</a>';
        $this->bring(1, ['kind' => 'page', 'text' => $hostile]);
        $content = $DB->get_field('page', 'content', ['id' => $this->module(1)->instance]);
        $this->assertStringContainsString('<p>Text</p>', $content);
        $this->assertStringContainsString('https://example.org/watch?v=1', $content);
        foreach (['<script', 'onerror', 'javascript:'] as $bad) {
            $this->assertStringNotContainsString($bad, $content);
        }
        $this->bring(1, ['kind' => 'page', 'text' => '<p>New</p>']);
        $content = $DB->get_field('page', 'content', ['id' => $this->module(1)->instance]);
        $this->assertStringContainsString('<p>New</p>', $content);
    }

    /**
     * Whoever opens a new activity has completed it.
     *
     * @covers \local_gleanery\local\moduleinfo
     */
    public function test_a_new_activity_is_completed_by_being_opened(): void {
        $this->bring(1);
        $this->assertEquals(COMPLETION_TRACKING_AUTOMATIC, $this->module(1)->completion);
        $this->assertEquals(COMPLETION_VIEW_REQUIRED, $this->module(1)->completionview);
    }

    /**
     * What teachers set about an activity stays.
     *
     * @covers \local_gleanery\local\moodle_shelf
     */
    public function test_what_teachers_set_stays(): void {
        global $DB;
        $module = $this->bring(1);
        $expected = time() + WEEKSECS;
        $set = ['visible' => 0, 'completionexpected' => $expected, 'completion' => COMPLETION_TRACKING_MANUAL];
        $DB->update_record('course_modules', (object) ($set + ['id' => $module['cmid']]));
        rebuild_course_cache($this->course->id, true);
        $this->bring(1, ['name' => 'New']);
        $after = $this->module(1);
        $this->assertEquals(0, $after->visible);
        $this->assertEquals($expected, $after->completionexpected);
        $this->assertEquals(COMPLETION_TRACKING_MANUAL, $after->completion);
    }

    /**
     * Capabilities, each of which is needed to bring a link.
     *
     * @return array
     */
    public static function capabilities(): array {
        return [['local/gleanery:manage'], ['moodle/course:manageactivities'], ['mod/url:addinstance']];
    }

    /**
     * Without one of the capabilities nothing is made.
     *
     * @dataProvider capabilities
     * @covers \local_gleanery\external\course_function
     * @param string $capability
     */
    public function test_each_capability_is_needed(string $capability): void {
        unassign_capability($capability, $this->role, context_course::instance($this->course->id));
        $this->expectException(\required_capability_exception::class);
        $this->bring(1);
    }

    /**
     * An address that is none is refused by its reason, and nothing is made.
     *
     * @covers \local_gleanery\external\course_function
     */
    public function test_a_bad_address_is_refused_by_its_reason(): void {
        global $DB;
        try {
            $this->bring(1, ['url' => 'javascript:alert(1)']);
            $this->fail('It was taken.');
        } catch (\moodle_exception $refusal) {
            $this->assertSame('badaddress', $refusal->errorcode);
        }
        $this->assertFalse($DB->record_exists('course_modules', ['course' => $this->course->id]));
    }

    /**
     * A section that is not there is refused and not made.
     *
     * @covers \local_gleanery\local\placing
     */
    public function test_a_section_that_is_not_there_is_refused(): void {
        global $DB;
        $before = $DB->count_records('course_sections', ['course' => $this->course->id]);
        try {
            $this->bring(1, ['section' => 40]);
            $this->fail('It was taken.');
        } catch (\moodle_exception $refusal) {
            $this->assertSame('nosection', $refusal->errorcode);
        }
        $this->assertSame($before, $DB->count_records('course_sections', ['course' => $this->course->id]));
    }

    /**
     * Only what bears our id number is deleted.
     *
     * @covers \local_gleanery\external\delete_item
     */
    public function test_only_ours_is_deleted(): void {
        global $DB;
        $theirs = $this->getDataGenerator()->create_module('url', ['course' => $this->course->id, 'idnumber' => 'theirs']);
        $this->bring(1);
        $done = delete_item::execute($this->course->id, self::idnumber(1));
        $this->assertSame(1, delete_item::clean_returnvalue(delete_item::execute_returns(), $done)['deleted']);
        $this->assertEquals([$theirs->cmid], array_keys($DB->get_records('course_modules', ['course' => $this->course->id])));
        $this->assertSame(0, delete_item::execute($this->course->id, self::idnumber(1))['deleted']);
        $this->expectException(\moodle_exception::class);
        delete_item::execute($this->course->id, 'theirs');
    }

    /**
     * A path is a section, with a label and the items in their order; taken back, it leaves the items.
     *
     * @covers \local_gleanery\external\upsert_section
     */
    public function test_a_path_is_a_section_in_order(): void {
        global $DB;
        foreach ([1, 2, 3] as $number) {
            $this->bring($number);
        }
        $order = [self::idnumber(3), self::idnumber(1), self::idnumber(7)];
        $path = [$this->course->id, self::idnumber(90), 'Path', '<p>Aim</p>', $order, 1];
        $made = upsert_section::clean_returnvalue(upsert_section::execute_returns(), upsert_section::execute(...$path));
        $this->assertSame([self::idnumber(7)], $made['missing']);
        $section = $DB->get_record('course_sections', ['course' => $this->course->id, 'section' => $made['section']]);
        $this->assertSame('Path', $section->name);
        $this->assertSame(implode(',', [$made['cmid'], $this->module(3)->id, $this->module(1)->id]), $section->sequence);
        $waits = [['idnumber' => self::idnumber(1), 'first' => self::idnumber(3)]];
        upsert_section::execute(...[...$path, false, '', $waits]);
        $this->assertSame(availability::after((int) $this->module(3)->id), $this->module(1)->availability);
        delete_item::execute($this->course->id, self::idnumber(90), 1);
        $this->assertNull($this->module(1)->availability);
        $this->assertFalse($DB->record_exists('course_sections', ['id' => $section->id]));
        $first = $DB->get_field('course_sections', 'id', ['course' => $this->course->id, 'section' => 1]);
        $this->assertEquals($first, $this->module(1)->section);
    }

    /**
     * Ours are listed, page by page.
     *
     * @covers \local_gleanery\external\get_items
     */
    public function test_ours_are_listed(): void {
        $this->getDataGenerator()->create_module('url', ['course' => $this->course->id, 'idnumber' => 'theirs']);
        $cmids = [$this->bring(1)['cmid'], $this->bring(2)['cmid']];
        $all = get_items::execute($this->course->id);
        $told = get_items::clean_returnvalue(get_items::execute_returns(), $all);
        $this->assertSame($cmids, array_column($told['items'], 'cmid'));
        $rest = get_items::execute($this->course->id, [], $cmids[0], 1);
        $this->assertSame([$cmids[1]], array_column($rest['items'], 'cmid'));
    }
}

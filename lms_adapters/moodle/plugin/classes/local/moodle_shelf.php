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

use completion_info;
use context_course;
use stdClass;

/**
 * A course of this Moodle. Who may do what was checked before.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class moodle_shelf implements shelf {
    /**
     * The course.
     *
     * @param stdClass $course its record
     * @param context_course $context
     */
    public function __construct(
        /** @var stdClass record of the course */
        private readonly stdClass $course,
        /** @var context_course its context */
        private readonly context_course $context
    ) {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        require_once($CFG->dirroot . '/course/modlib.php');
        require_once($CFG->libdir . '/gradelib.php');
        require_once($CFG->libdir . '/filelib.php');
    }

    /**
     * The activities that bear an id number, oldest first.
     *
     * @param string $idnumber
     * @return placed[]
     */
    public function named(string $idnumber): array {
        return $this->found('cm.idnumber = :idnumber', ['idnumber' => $idnumber]);
    }

    /**
     * The activities whose id number has our prefix, by their id.
     *
     * @param int $after
     * @param int $limit
     * @return placed[]
     */
    public function ours(int $after, int $limit): array {
        return $this->found($this->prefixed() . ' AND cm.id > :after', $this->prefix() + ['after' => $after], $limit);
    }

    /**
     * The activities with our prefix in one section.
     *
     * @param int $sectionid
     * @return placed[]
     */
    public function ours_in(int $sectionid): array {
        return $this->found($this->prefixed() . ' AND cm.section = :section', $this->prefix() + ['section' => $sectionid]);
    }

    /**
     * Makes an activity.
     *
     * @param item $item
     * @param int $section
     * @param bool $hidden
     * @return placed
     */
    public function create(item $item, int $section, bool $hidden): placed {
        $info = (object) moduleinfo::fresh($this->cleaned($item), $hidden);
        $info->course = $this->course->id;
        $info->section = $section;
        $info->introeditor['itemid'] = file_get_unused_draft_itemid();
        return $this->read((int) create_module($info)->coursemodule);
    }

    /**
     * Changes an activity.
     *
     * @param placed $there
     * @param item $item
     * @return placed
     */
    public function update(placed $there, item $item): placed {
        $cm = get_coursemodule_from_id($there->modname, $there->cmid, $this->course->id, false, MUST_EXIST);
        [$cm, , , $info] = get_moduleinfo_data($cm, $this->course);
        $draft = $info->introeditor['itemid'];
        $item = $this->cleaned($item->as_kind($there->modname));
        foreach (moduleinfo::changed($item, (array) $info) as $field => $value) {
            $info->{$field} = $value;
        }
        $info->introeditor['itemid'] = $draft;
        update_moduleinfo($cm, $info, $this->course);
        return $this->read($there->cmid);
    }

    /**
     * Deletes an activity.
     *
     * @param placed $there
     */
    public function delete(placed $there): void {
        course_delete_module($there->cmid);
    }

    /**
     * The id of a section, 0 where there is none.
     *
     * @param int $section
     * @return int
     */
    public function section_id(int $section): int {
        global $DB;
        return (int) $DB->get_field('course_sections', 'id', ['course' => $this->course->id, 'section' => $section]);
    }

    /**
     * The number of the last section.
     *
     * @return int
     */
    public function last_section(): int {
        return (int) course_get_format($this->course)->get_last_section_number();
    }

    /**
     * Makes a section at the end.
     *
     * @param string $name
     * @return int its number
     * @throws refused
     */
    public function add_section(string $name): int {
        $format = course_get_format($this->course);
        if (!$format->uses_sections()) {
            throw new refused('nosections');
        }
        if ($format->get_last_section_number() >= $format->get_max_sections()) {
            throw new refused('toomanysections');
        }
        $made = course_create_section($this->course, 0);
        course_update_section($this->course, $made, ['name' => $name]);
        return (int) $made->section;
    }

    /**
     * Names a section.
     *
     * @param int $sectionid
     * @param string $name
     */
    public function name_section(int $sectionid, string $name): void {
        course_update_section($this->course, $this->section($sectionid), ['name' => $name]);
    }

    /**
     * The ids of all activities of a section.
     *
     * @param int $sectionid
     * @return int[]
     */
    public function sequence(int $sectionid): array {
        return array_map('intval', array_filter(explode(',', (string) $this->section($sectionid)->sequence)));
    }

    /**
     * Moves an activity to the end of a section.
     *
     * @param int $cmid
     * @param int $sectionid
     */
    public function move(int $cmid, int $sectionid): void {
        moveto_module(get_coursemodule_from_id('', $cmid, $this->course->id, false, MUST_EXIST), $this->section($sectionid));
    }

    /**
     * Deletes a section that holds nothing any more.
     *
     * @param int $sectionid
     */
    public function drop_if_empty(int $sectionid): void {
        $section = $this->section($sectionid);
        if (course_can_delete_section($this->course, $section->section)) {
            course_delete_section($this->course, $section, false);
        }
    }

    /**
     * The activity that must be completed before this one opens.
     *
     * @param int $cmid
     * @return int|null
     */
    public function first(int $cmid): ?int {
        global $DB;
        $kept = $DB->get_field('course_modules', 'availability', ['id' => $cmid, 'course' => $this->course->id]);
        return availability::first($kept === false ? null : $kept);
    }

    /**
     * Lets an activity open once another one is completed.
     *
     * @param int $cmid
     * @param int $first
     */
    public function open_after(int $cmid, int $first): void {
        global $DB;
        $where = ['id' => $cmid, 'course' => $this->course->id];
        $DB->set_field('course_modules', 'availability', availability::after($first), $where);
        rebuild_course_cache($this->course->id, true);
    }

    /**
     * Whether completion of an activity is tracked, and restrictions are switched on.
     *
     * @param int $cmid
     * @return bool
     */
    public function tracks(int $cmid): bool {
        global $CFG, $DB;
        require_once($CFG->libdir . '/completionlib.php');
        $completion = new completion_info($this->course);
        return !empty($CFG->enableavailability) && $completion->is_enabled()
            && $DB->get_field('course_modules', 'completion', ['id' => $cmid]) != COMPLETION_TRACKING_NONE;
    }

    /**
     * The record of a section of this course.
     *
     * @param int $sectionid
     * @return stdClass
     */
    private function section(int $sectionid): stdClass {
        global $DB;
        return $DB->get_record('course_sections', ['id' => $sectionid, 'course' => $this->course->id], '*', MUST_EXIST);
    }

    /**
     * The item with what is shown of it cleaned: a page is shown by Moodle without being cleaned again.
     *
     * @param item $item
     * @return item
     */
    private function cleaned(item $item): item {
        $options = ['context' => $this->context, 'noclean' => false, 'filter' => false, 'para' => false, 'newlines' => false];
        return $item->with_text(format_text(moduleinfo::shown($item), FORMAT_HTML, $options));
    }

    /**
     * The condition that an id number is one of ours.
     *
     * @return string
     */
    private function prefixed(): string {
        global $DB;
        return $DB->sql_like('cm.idnumber', ':prefix');
    }

    /**
     * The parameter of that condition.
     *
     * @return array
     */
    private function prefix(): array {
        global $DB;
        return ['prefix' => $DB->sql_like_escape(item::PREFIX) . '%'];
    }

    /**
     * One activity.
     *
     * @param int $cmid
     * @return placed
     */
    private function read(int $cmid): placed {
        return $this->found('cm.id = :cmid', ['cmid' => $cmid])[0];
    }

    /**
     * Activities of the course that are not about to be deleted, by their id.
     *
     * @param string $where
     * @param array $params
     * @param int $limit 0 for all
     * @return placed[]
     */
    private function found(string $where, array $params, int $limit = 0): array {
        global $DB;
        $rows = $DB->get_records_sql(
            "SELECT cm.id, cm.idnumber, cm.instance, cm.visible, m.name AS modname,
                    s.id AS sectionid, s.section, s.name AS sectionname
               FROM {course_modules} cm
               JOIN {modules} m ON m.id = cm.module
               JOIN {course_sections} s ON s.id = cm.section
              WHERE cm.course = :course AND cm.deletioninprogress = 0 AND $where
           ORDER BY cm.id",
            $params + ['course' => $this->course->id],
            0,
            $limit
        );
        $instances = $this->instances($rows);
        $placed = fn($row) => $this->placed($row, $instances[$row->modname][$row->instance] ?? null);
        return array_values(array_map($placed, $rows));
    }

    /**
     * The records of these activities, by kind and id.
     *
     * @param stdClass[] $rows
     * @return array[]
     */
    private function instances(array $rows): array {
        global $DB;
        $ids = [];
        foreach ($rows as $row) {
            $ids[$row->modname][] = $row->instance;
        }
        $instances = [];
        foreach (array_intersect_key($ids, array_flip(item::KINDS)) as $modname => $numbers) {
            $instances[$modname] = $DB->get_records_list($modname, 'id', $numbers);
        }
        return $instances;
    }

    /**
     * An activity as the rules see it.
     *
     * @param stdClass $row
     * @param stdClass|null $instance
     * @return placed
     */
    private function placed(stdClass $row, ?stdClass $instance): placed {
        $label = $row->modname === 'label';
        // A label has no page of its own.
        $path = $label
            ? "/course/view.php?id={$this->course->id}#module-{$row->id}"
            : "/mod/{$row->modname}/view.php?id={$row->id}";
        return new placed(
            (int) $row->id,
            (string) $row->idnumber,
            $row->modname,
            (string) ($label ? $row->sectionname : $instance->name ?? ''),
            (string) ($instance->externalurl ?? ''),
            (string) ($row->modname === 'page' ? $instance->content ?? '' : $instance->intro ?? ''),
            (bool) $row->visible,
            (int) $row->sectionid,
            (int) $row->section,
            (int) ($instance->timemodified ?? 0),
            $GLOBALS['CFG']->wwwroot . $path
        );
    }
}

<?php
/**
 * Runs moodle_shelf, the one class that calls Moodle, over functions that only note how they were called.
 *
 * It shows that each line runs and what is handed over; what Moodle does with it, the PHPUnit tests of the plugin show.
 * Arguments: the folder of the plugin, an empty folder for files that Moodle would have. Prints the calls as JSON.
 */

namespace {
    const FORMAT_HTML = '1', MUST_EXIST = 2, COMPLETION_TRACKING_NONE = 0;

    set_error_handler(function (int $level, string $text): never {
        throw new ErrorException($text);
    });

    class calls {
        public static array $made = [];
    }

    class context_course {
        public int $id = 7;
    }

    class completion_info {
        public function __construct(stdClass $course) {
        }

        public function is_enabled(): bool {
            return true;
        }
    }

    class course_format {
        public function uses_sections(): bool {
            return true;
        }

        public function get_last_section_number(): int {
            return 4;
        }

        public function get_max_sections(): int {
            return 52;
        }
    }

    class database {
        public array $rows = [];

        public function sql_like(string $field, string $param): string {
            return "$field LIKE $param";
        }

        public function sql_like_escape(string $text): string {
            return str_replace('_', '\\_', $text);
        }

        public function get_records_sql(string $sql, array $params, int $from = 0, int $limit = 0): array {
            preg_match_all('/:(\w+)/', $sql, $names);
            if (array_diff($names[1], array_keys($params)) || array_diff(array_keys($params), $names[1])) {
                throw new LogicException('The parameters are not those of the query.');
            }
            calls::$made[] = ['get_records_sql', $params, $limit];
            return $this->rows;
        }

        public function get_records_list(string $table, string $field, array $values): array {
            return array_fill_keys($values, (object) [
                'name' => 'Kept', 'intro' => 'Intro', 'content' => 'Content', 'externalurl' => 'https://example.org/',
                'timemodified' => 5,
            ]);
        }

        public function get_field(string $table, string $field, array $where): mixed {
            calls::$made[] = ['get_field', $table, $field, $where];
            return ['id' => '31', 'completion' => '2', 'availability' => null][$field];
        }

        public function set_field(string $table, string $field, mixed $value, array $where): void {
            calls::$made[] = ['set_field', $table, $field, $value, $where];
        }

        public function get_record(string $table, array $where, string $fields, int $strictness): stdClass {
            return (object) ['id' => $where['id'], 'section' => 3, 'sequence' => '12,14,'];
        }
    }

    function noted(string $function, mixed ...$arguments): void {
        calls::$made[] = [$function, ...json_decode(json_encode($arguments), true)];
    }

    function create_module(stdClass $info): stdClass {
        noted('create_module', $info);
        return (object) ['coursemodule' => '12'];
    }

    function get_coursemodule_from_id(string $modname, int $cmid, int $course, bool $section, int $strictness): stdClass {
        return (object) ['id' => $cmid, 'modname' => $modname];
    }

    function get_moduleinfo_data(stdClass $cm, stdClass $course): array {
        $kept = ['modulename' => $cm->modname, 'visible' => 0, 'completionexpected' => 99, 'revision' => 4];
        $options = serialize(['popupwidth' => 111, 'printintro' => 1]);
        $kept += ['displayoptions' => $options, 'parameters' => serialize(['user' => 'userid']), 'display' => 6];
        return [$cm, null, null, (object) ($kept + ['introeditor' => ['text' => "A teacher's description", 'format' => 1, 'itemid' => 555]]), null];
    }

    function update_moduleinfo(stdClass $cm, stdClass $info, stdClass $course): void {
        noted('update_moduleinfo', $cm, $info);
    }

    function format_text(string $text, string $format, array $options): string {
        $options['context'] = get_class($options['context']);
        noted('format_text', $text, $options);
        return "clean:$text";
    }

    function file_get_unused_draft_itemid(): int {
        return 444;
    }

    function course_get_format(stdClass $course): course_format {
        return new course_format();
    }

    function course_create_section(stdClass $course, int $position): stdClass {
        noted('course_create_section', $position);
        return (object) ['id' => '31', 'section' => '5'];
    }

    function course_can_delete_section(stdClass $course, int $section): bool {
        return true;
    }

    foreach (['course_update_section', 'course_delete_section', 'course_delete_module', 'moveto_module', 'rebuild_course_cache'] as $name) {
        eval("function $name(...\$arguments) { noted('$name', ...\$arguments); }");
    }

    $folder = $argv[2];
    foreach (['course/lib', 'course/modlib', 'lib/gradelib', 'lib/filelib', 'lib/completionlib'] as $file) {
        is_dir(dirname("$folder/$file")) || mkdir(dirname("$folder/$file"), 0700, true);
        touch("$folder/$file.php");
    }
    $CFG = (object) ['dirroot' => $folder, 'libdir' => "$folder/lib", 'wwwroot' => 'https://moodle.example', 'enableavailability' => 1];
    $DB = new database();
    spl_autoload_register(fn($class) => require $argv[1] . '/classes/' . strtr(substr($class, 15), '\\', '/') . '.php');
}

namespace local_gleanery\local {
    $row = fn(string $modname) => (object) [
        'id' => '12', 'idnumber' => 'gleanery-x', 'instance' => '9', 'visible' => '0', 'modname' => $modname,
        'sectionid' => '31', 'section' => '3', 'sectionname' => 'Week 1',
    ];
    $id = 'gleanery-3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    $shelf = new moodle_shelf((object) ['id' => 4], new \context_course());
    $told = [];
    foreach (item::KINDS as $kind) {
        $DB->rows = [12 => $row($kind)];
        $item = item::checked($id, $kind, 'Name', 'https://example.org/a?b=1&c=2', '<p>T</p>');
        $there = $shelf->create($item, 3, true);
        $told[] = get_object_vars($shelf->update($there, $item));
    }
    $shelf->named($id);
    $shelf->ours(5, 20);
    $shelf->ours_in(31);
    $shelf->delete($there);
    $shelf->move(12, 31);
    $shelf->name_section(31, 'Named');
    $shelf->drop_if_empty(31);
    $shelf->open_after(12, 14);
    $given = [$shelf->section_id(3), $shelf->add_section('Made'), $shelf->sequence(31), $shelf->first(12), $shelf->tracks(12), $shelf->last_section()];
    echo json_encode(['calls' => \calls::$made, 'told' => $told, 'given' => $given]);
}

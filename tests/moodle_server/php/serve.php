<?php
/**
 * Runs the plugin's own functions over courses in memory: a line of JSON in, a line of JSON out.
 *
 *     {"call": "local_gleanery_get_items", "body": "courseid=4"}      the answer, or errorcode and message
 *     {"do": "edit", "course": 4, "cmid": 7, "values": {...}}         what teachers and administrators do
 *
 * Arguments: the folder of the plugin, the root address of the site, the number of a course.
 */

require __DIR__ . '/moodle.php';

[, $plugin, $CFG->wwwroot, $first] = $argv;
spl_autoload_register(function (string $class) use ($plugin): void {
    if (str_starts_with($class, 'local_gleanery\\')) {
        require $plugin . '/classes/' . str_replace('\\', '/', substr($class, strlen('local_gleanery\\'))) . '.php';
    }
});
require __DIR__ . '/shelf.php';

use core_external\external_api;
use local_gleanery\local\moodle_shelf;

function new_course(int $id): void {
    world::$courses[$id] = ['cms' => [], 'sections' => [
        ++world::$lastid => ['name' => '', 'sequence' => []],
        ++world::$lastid => ['name' => '', 'sequence' => []],
    ]];
}

function answered(string $function, string $body): mixed {
    parse_str($body, $given);
    $class = '\\local_gleanery\\external\\' . substr($function, strlen('local_gleanery_'));
    $parameters = external_api::validate_parameters($class::execute_parameters(), $given);
    $answer = $class::execute(...array_values($parameters));
    return external_api::validate_parameters($class::execute_returns(), json_decode(json_encode($answer), true));
}

function done(array $order): mixed {
    $course = $order['course'] ?? 0;
    switch ($order['do']) {
        case 'edit':
            $cm = &world::$courses[$course]['cms'][$order['cmid']];
            $cm = $order['values'] + ['timemodified' => world::tick()] + $cm;
            return null;
        case 'delete':
            moodle_shelf::remove($course, $order['cmid']);
            return null;
        case 'add':
            return moodle_shelf::add($course, $order['section'], $order['values']);
        case 'rename section':
            $id = array_keys(world::$courses[$course]['sections'])[$order['section']];
            world::$courses[$course]['sections'][$id]['name'] = $order['name'];
            return null;
        case 'move':
            $id = array_keys(world::$courses[$course]['sections'])[$order['section']];
            (new moodle_shelf((object) ['id' => $course], context_course::instance($course)))->move($order['cmid'], $id);
            return null;
        case 'course':
            new_course($course);
            return null;
        case 'drop course':
            unset(world::$courses[$course]);
            return null;
        case 'set':
            world::${$order['name']} = $order['value'];
            return null;
        default:
            return ['courses' => world::$courses, 'asked' => world::$asked, 'locks' => world::$locks];
    }
}

new_course((int) $first);
while (($line = fgets(STDIN)) !== false) {
    $order = json_decode($line, true);
    try {
        $answer = isset($order['call']) ? answered($order['call'], $order['body']) : done($order);
    } catch (moodle_exception $refusal) {
        $answer = ['exception' => get_class($refusal), 'errorcode' => $refusal->errorcode, 'message' => $refusal->getMessage()];
    }
    echo json_encode($answer), "\n";
}

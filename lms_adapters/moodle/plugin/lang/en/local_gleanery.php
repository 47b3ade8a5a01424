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

/**
 * The words of the plugin in English.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badaddress'] = 'The address is not one of http or https, without a user name.';
$string['badidnumber'] = 'The id number is not one of gleanery.';
$string['badkind'] = 'An item is a url, a page or a label.';
$string['badlimit'] = 'At most {$a} at a time.';
$string['badname'] = 'The name is empty, too long or holds control characters.';
$string['busy'] = 'Another call changes this course. Try again.';
$string['gleanery:manage'] = 'Bring learning items into the course by web service';
$string['idnumbertaken'] = 'An activity of another kind bears this id number: module {$a}.';
$string['noaddress'] = 'A link needs an address.';
$string['nosection'] = 'The course has no such section: {$a}.';
$string['nosections'] = 'The format of this course has no sections.';
$string['nothingtoshow'] = 'There is neither a text nor an address to show.';
$string['pluginname'] = 'gleanery';
$string['privacy:metadata'] = 'The plugin keeps nothing about people: it turns what gleanery brings into activities.';
$string['texttoolong'] = 'The text is longer than {$a} bytes.';
$string['toomanysections'] = 'The course can have no more sections.';

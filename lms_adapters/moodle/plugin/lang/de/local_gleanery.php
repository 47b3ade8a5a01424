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
 * The words of the plugin in German.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badaddress'] = 'Die Adresse ist keine mit http oder https und ohne Benutzernamen.';
$string['badidnumber'] = 'Die ID-Nummer ist keine von gleanery.';
$string['badkind'] = 'Ein Inhalt ist ein Link, eine Textseite oder ein Textfeld.';
$string['badlimit'] = 'Höchstens {$a} auf einmal.';
$string['badname'] = 'Der Name ist leer, zu lang oder enthält Steuerzeichen.';
$string['busy'] = 'Ein anderer Aufruf ändert diesen Kurs gerade. Versuchen Sie es noch einmal.';
$string['gleanery:manage'] = 'Lerninhalte über den Webservice in den Kurs bringen';
$string['idnumbertaken'] = 'Eine Aktivität anderer Art trägt diese ID-Nummer: Modul {$a}.';
$string['noaddress'] = 'Ein Link braucht eine Adresse.';
$string['nosection'] = 'Der Kurs hat keinen solchen Abschnitt: {$a}.';
$string['nosections'] = 'Das Format dieses Kurses hat keine Abschnitte.';
$string['nothingtoshow'] = 'Es gibt weder einen Text noch eine Adresse, die gezeigt werden könnten.';
$string['pluginname'] = 'gleanery';
$string['privacy:metadata'] = 'Das Plugin speichert nichts über Personen: Es macht aus dem, was gleanery bringt, Aktivitäten.';
$string['texttoolong'] = 'Der Text ist länger als {$a} Bytes.';
$string['toomanysections'] = 'Der Kurs kann keine weiteren Abschnitte haben.';

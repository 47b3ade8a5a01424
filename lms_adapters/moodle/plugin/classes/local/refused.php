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
 * What was asked for is not done; the reason is the key of a string and the error code of the answer.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class refused extends \DomainException {
    /**
     * A refusal.
     *
     * @param string $reason key of a string of this plugin
     * @param string $about what is put into that string
     */
    public function __construct(
        /** @var string key of a string of this plugin */
        public readonly string $reason,
        /** @var string what is put into that string */
        public readonly string $about = ''
    ) {
        parent::__construct($reason);
    }
}

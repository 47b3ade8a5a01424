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
 * The rules by which items come into a course, change there and leave it.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class placing {
    /** How many are listed, or put in order, at a time. */
    public const MOST = 200;

    /**
     * The rules, over one course.
     *
     * @param shelf $shelf
     */
    public function __construct(
        /** @var shelf the course */
        private readonly shelf $shelf
    ) {
    }

    /**
     * Makes the activity of an item, or changes the one that bears its id number.
     *
     * A link may hold a text and a page a link, so an activity keeps its kind, and with it what learners completed;
     * only where that cannot be it is made anew. Of several with the same id number the oldest counts.
     *
     * @param item $item
     * @param int $section where a new one is put
     * @param bool $hidden whether a new one waits for a teacher to show it
     * @return array the activity as told, `outcome` (created, updated, replaced) and `twins`
     * @throws refused
     */
    public function upsert(item $item, int $section, bool $hidden): array {
        $found = $this->named($item->idnumber);
        if (!$found) {
            $this->section_id($section);
            return $this->shelf->create($item, $section, $hidden)->told() + ['outcome' => 'created', 'twins' => []];
        }
        $there = array_shift($found);
        $told = ['outcome' => 'updated', 'twins' => array_column($found, 'cmid')];
        if (self::keeps($there->modname, $item)) {
            return $this->shelf->update($there, $item)->told() + $told;
        }
        $made = $this->shelf->create($item, $there->section, !$there->visible);
        $this->release($there, $made->cmid);
        $this->shelf->delete($there);
        return $made->told() + ['outcome' => 'replaced'] + $told;
    }

    /**
     * Makes the section of a path, or changes it: a label heads it and bears the id number, the items follow in order.
     *
     * An item is once in a course. One that stands in another path's section stays there, and is named in
     * `elsewhere`; one that is not in the course yet is named in `missing`. Items that left the path go back.
     *
     * The section's name is changed only while it is the one given last: any other is a teacher's.
     *
     * @param item $head a label; its name is that of the section
     * @param string[] $order id numbers
     * @param int $base number of the section that items go back to
     * @param bool $hidden
     * @param string $named SHA-256 of the name given last
     * @param array $after id number of a step => id number of the one that must be completed before it opens
     * @return array the label as told, `outcome`, `twins`, `missing`, `elsewhere`, `open` (steps that cannot wait), and
     *               how many were `returned`
     * @throws refused
     */
    public function section(item $head, array $order, int $base, bool $hidden, string $named, array $after): array {
        if (max(count($order), count($after)) > self::MOST) {
            throw new refused('badlimit', (string) self::MOST);
        }
        array_map([item::class, 'check_idnumber'], [...$order, ...array_keys($after), ...array_values($after)]);
        $baseid = $this->section_id($base);
        $found = $this->named($head->idnumber);
        if ($found && $found[0]->modname !== 'label') {
            throw new refused('idnumbertaken', (string) $found[0]->cmid);
        }
        $told = $this->upsert($head, $found ? $found[0]->section : $this->shelf->add_section($head->name), $hidden);
        $there = $this->named($head->idnumber)[0];
        if (hash('sha256', $there->name) === $named && $there->name !== $head->name) {
            $this->shelf->name_section($there->sectionid, $head->name);
            $there = $this->named($head->idnumber)[0];
        }
        $steps = $this->steps($order, $there);
        $here = $steps['here'];
        $wanted = [$there->cmid, ...array_values($here)];
        foreach (ordering::moves($this->shelf->sequence($there->sectionid), $wanted) as $cmid) {
            $this->shelf->move($cmid, $there->sectionid);
        }
        $more = ['returned' => $this->give_back($there, $here, $baseid), 'open' => $this->restrict($here, $after)];
        unset($steps['here']);
        return $there->told() + $told + $steps + $more;
    }

    /**
     * Deletes what bears an id number. The section of a path goes with its label if nothing is left in it.
     *
     * @param string $idnumber
     * @param int $base number of the section that a path's items go back to
     * @return array how many were `deleted`, and how many `returned`
     * @throws refused
     */
    public function remove(string $idnumber, int $base): array {
        item::check_idnumber($idnumber);
        $baseid = $this->shelf->section_id($base) ?: $this->section_id(0);
        $found = $this->named($idnumber);
        $returned = 0;
        foreach ($found as $there) {
            $heads = $there->modname === 'label';
            $returned += $heads ? $this->give_back($there, [], $baseid) : 0;
            $this->release($there, 0);
            $this->shelf->delete($there);
            if ($heads && $there->sectionid !== $baseid) {
                $this->shelf->drop_if_empty($there->sectionid);
            }
        }
        return ['deleted' => count($found), 'returned' => $returned];
    }

    /**
     * Lists activities of ours: those with these id numbers, or page by page.
     *
     * @param string[] $idnumbers
     * @param int $after
     * @param int $limit
     * @return array[]
     * @throws refused
     */
    public function listing(array $idnumbers, int $after, int $limit): array {
        if ($limit < 1 || max($limit, count($idnumbers)) > self::MOST) {
            throw new refused('badlimit', (string) self::MOST);
        }
        array_map([item::class, 'check_idnumber'], $idnumbers);
        $found = $idnumbers
            ? array_merge(...array_map([$this, 'named'], array_values(array_unique($idnumbers))))
            : $this->shelf->ours($after, $limit);
        return array_map(fn(placed $there) => $there->told(), $found);
    }

    /**
     * The number of the last section.
     *
     * @return int
     */
    public function last_section(): int {
        return $this->shelf->last_section();
    }

    /**
     * Whether an activity of this kind can hold the item as it is now.
     *
     * @param string $modname
     * @param item $item
     * @return bool
     */
    private static function keeps(string $modname, item $item): bool {
        return $modname === $item->kind
            || ($modname === 'url' && $item->kind === 'page' && $item->url !== '')
            || ($modname === 'page' && $item->kind === 'url');
    }

    /**
     * The activities that bear an id number.
     *
     * @param string $idnumber
     * @return placed[]
     * @throws refused where one of them is of a kind that we do not make
     */
    private function named(string $idnumber): array {
        $found = $this->shelf->named($idnumber);
        foreach ($found as $there) {
            if (!in_array($there->modname, item::KINDS, true)) {
                throw new refused('idnumbertaken', (string) $there->cmid);
            }
        }
        return $found;
    }

    /**
     * The id of a section.
     *
     * @param int $section its number
     * @return int
     * @throws refused where there is none
     */
    private function section_id(int $section): int {
        return $this->shelf->section_id($section) ?: throw new refused('nosection', (string) $section);
    }

    /**
     * The steps of a path: those that belong into its section, those that stand in another path's, and the rest.
     *
     * @param string[] $order
     * @param placed $head
     * @return array[]
     */
    private function steps(array $order, placed $head): array {
        $steps = ['here' => [], 'elsewhere' => [], 'missing' => []];
        foreach (array_unique($order) as $idnumber) {
            $there = $this->named($idnumber)[0] ?? null;
            if ($there === null || $there->modname === 'label') {
                $steps['missing'][] = $idnumber;
            } else if ($there->sectionid !== $head->sectionid && $this->is_headed($there->sectionid)) {
                $steps['elsewhere'][] = $idnumber;
            } else {
                $steps['here'][$idnumber] = $there->cmid;
            }
        }
        return $steps;
    }

    /**
     * Whether a section is a path's.
     *
     * @param int $sectionid
     * @return bool
     */
    private function is_headed(int $sectionid): bool {
        return in_array('label', array_column($this->shelf->ours_in($sectionid), 'modname'), true);
    }

    /**
     * Moves items that are no longer steps of a path out of its section.
     *
     * @param placed $head
     * @param int[] $stay
     * @param int $baseid where to
     * @return int how many were moved
     */
    private function give_back(placed $head, array $stay, int $baseid): int {
        $moved = 0;
        foreach ($head->sectionid === $baseid ? [] : $this->shelf->ours_in($head->sectionid) as $there) {
            if ($there->modname !== 'label' && !in_array($there->cmid, $stay, true)) {
                $this->shelf->move($there->cmid, $baseid);
                $this->wait($there->cmid, 0);
                $moved++;
            }
        }
        return $moved;
    }

    /**
     * Lets steps open one after the other.
     *
     * @param int[] $here the steps in the section, by id number
     * @param string[] $after
     * @return string[] those that should wait for one whose completion Moodle does not track: they open at once
     */
    private function restrict(array $here, array $after): array {
        $open = [];
        foreach ($here as $idnumber => $cmid) {
            $first = $here[$after[$idnumber] ?? ''] ?? 0;
            if ($first && !$this->shelf->tracks($first)) {
                $open[] = $idnumber;
                $first = 0;
            }
            $this->wait($cmid, $first);
        }
        return $open;
    }

    /**
     * Lets an activity wait for another one, unless a teacher restricted it.
     *
     * @param int $cmid
     * @param int $first 0 for none
     */
    private function wait(int $cmid, int $first): void {
        $kept = $this->shelf->first($cmid);
        $ours = $kept === 0 || ($kept !== null && ($this->shelf->ours($kept - 1, 1)[0] ?? null)?->cmid === $kept);
        if ($ours && $kept !== $first) {
            $this->shelf->open_after($cmid, $first);
        }
    }

    /**
     * Lets those that wait for an activity which goes wait for another one: they would never open.
     *
     * @param placed $there
     * @param int $instead 0 for none
     */
    private function release(placed $there, int $instead): void {
        foreach ($this->shelf->ours_in($there->sectionid) as $other) {
            if ($this->shelf->first($other->cmid) === $there->cmid) {
                $this->shelf->open_after($other->cmid, $instead);
            }
        }
    }
}

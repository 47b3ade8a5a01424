<?php
/**
 * A course in memory, in the place of the plugin's moodle_shelf: the one class of it that only a Moodle can run.
 *
 * It keeps what Moodle keeps of an activity by way of the plugin's own mapping (moduleinfo), cuts scripts out of texts,
 * and adds at the end of a section as moveto_module() does.
 */

namespace local_gleanery\local;

use stdClass;
use world;

final class moodle_shelf implements shelf {
    public function __construct(private readonly stdClass $course, object $context) {
    }

    public function named(string $idnumber): array {
        return $this->found(fn($cm) => $cm['idnumber'] === $idnumber);
    }

    public function ours(int $after, int $limit): array {
        return array_slice($this->found(fn($cm) => self::is_ours($cm) && $cm['id'] > $after), 0, $limit);
    }

    public function ours_in(int $sectionid): array {
        return $this->found(fn($cm) => self::is_ours($cm) && $this->holder($cm['id']) === $sectionid);
    }

    public function create(item $item, int $section, bool $hidden): placed {
        $info = moduleinfo::fresh(self::cleaned($item), $hidden);
        $id = self::add($this->course->id, $section, self::kept($info) + [
            'idnumber' => $info['cmidnumber'],
            'modname' => $info['modulename'],
            'visible' => (bool) $info['visible'],
            'completion' => $info['completion'] ?? 0,
        ]);
        self::fail('create');
        return $this->named($item->idnumber)[count($this->named($item->idnumber)) - 1] ?? throw new \LogicException("$id");
    }

    public function update(placed $there, item $item): placed {
        $cm = &world::$courses[$this->course->id]['cms'][$there->cmid];
        $cm = self::kept(moduleinfo::changed(self::cleaned($item->as_kind($there->modname)), $cm)) + $cm;
        self::fail('update');
        return $this->found(fn($one) => $one['id'] === $there->cmid)[0];
    }

    public function delete(placed $there): void {
        self::remove($this->course->id, $there->cmid);
        self::fail('delete');
    }

    public function section_id(int $section): int {
        return array_keys($this->sections())[$section] ?? 0;
    }

    public function last_section(): int {
        return count($this->sections()) - 1;
    }

    public function add_section(string $name): int {
        world::$courses[$this->course->id]['sections'][++world::$lastid] = ['name' => $name, 'sequence' => []];
        return count($this->sections()) - 1;
    }

    public function name_section(int $sectionid, string $name): void {
        world::$courses[$this->course->id]['sections'][$sectionid]['name'] = $name;
    }

    public function sequence(int $sectionid): array {
        return $this->sections()[$sectionid]['sequence'];
    }

    public function move(int $cmid, int $sectionid): void {
        $sections = &world::$courses[$this->course->id]['sections'];
        foreach ($sections as &$section) {
            $section['sequence'] = array_values(array_diff($section['sequence'], [$cmid]));
        }
        $sections[$sectionid]['sequence'][] = $cmid;
        self::fail('move');
    }

    public function drop_if_empty(int $sectionid): void {
        if ($sectionid !== $this->section_id(0) && !$this->sequence($sectionid)) {
            unset(world::$courses[$this->course->id]['sections'][$sectionid]);
        }
    }

    public function first(int $cmid): ?int {
        return availability::first(world::$courses[$this->course->id]['cms'][$cmid]['availability']);
    }

    public function open_after(int $cmid, int $first): void {
        world::$courses[$this->course->id]['cms'][$cmid]['availability'] = availability::after($first);
    }

    public function tracks(int $cmid): bool {
        return world::$courses[$this->course->id]['cms'][$cmid]['completion'] !== 0;
    }

    /** Puts an activity at the end of a section, as a teacher may as well; its id. */
    public static function add(int $course, int $section, array $values): int {
        $id = ++world::$lastid;
        $blank = ['name' => '', 'address' => '', 'text' => '', 'idnumber' => '', 'modname' => 'url', 'visible' => true];
        $blank += ['availability' => null, 'completion' => 0];
        world::$courses[$course]['cms'][$id] = ['id' => $id] + $values + $blank + ['timemodified' => world::tick()];
        $sectionid = array_keys(world::$courses[$course]['sections'])[$section];
        world::$courses[$course]['sections'][$sectionid]['sequence'][] = $id;
        return $id;
    }

    public static function remove(int $course, int $cmid): void {
        unset(world::$courses[$course]['cms'][$cmid]);
        foreach (world::$courses[$course]['sections'] as &$section) {
            $section['sequence'] = array_values(array_diff($section['sequence'], [$cmid]));
        }
    }

    /** Breaks off after a step, as a database may, where the test asked for that. */
    private static function fail(string $step): void {
        if (world::$failsafter === $step) {
            world::$failsafter = '';
            throw new \moodle_exception('dmlwriteexception');
        }
    }

    private static function is_ours(array $cm): bool {
        return str_starts_with($cm['idnumber'], item::PREFIX);
    }

    private static function cleaned(item $item): item {
        return $item->with_text(preg_replace('~<script\b.*?(</script>|$)~is', '', moduleinfo::shown($item)));
    }

    /** The columns that the modules fill from what they are handed: of a page its own content, not `page[text]`. */
    private static function kept(array $info): array {
        return [
            'name' => $info['name'],
            'address' => $info['externalurl'] ?? '',
            'text' => $info['content'] ?? $info['introeditor']['text'] ?? '',
            'showdescription' => $info['showdescription'] ?? 0,
            'display' => $info['display'] ?? 0,
            'timemodified' => world::tick(),
        ];
    }

    private function sections(): array {
        return world::$courses[$this->course->id]['sections'];
    }

    private function holder(int $cmid): int {
        foreach ($this->sections() as $id => $section) {
            if (in_array($cmid, $section['sequence'], true)) {
                return $id;
            }
        }
        return 0;
    }

    private function found(callable $wanted): array {
        $cms = world::$courses[$this->course->id]['cms'];
        ksort($cms);
        return array_map(fn($cm) => $this->placed($cm), array_values(array_filter($cms, $wanted)));
    }

    private function placed(array $cm): placed {
        $sectionid = $this->holder($cm['id']);
        $name = $cm['modname'] === 'label' ? $this->sections()[$sectionid]['name'] : $cm['name'];
        $number = (int) array_search($sectionid, array_keys($this->sections()), true);
        $path = "/mod/{$cm['modname']}/view.php?id={$cm['id']}";
        return new placed(
            $cm['id'],
            $cm['idnumber'],
            $cm['modname'],
            $name,
            $cm['address'],
            $cm['text'],
            $cm['visible'],
            $sectionid,
            $number,
            $cm['timemodified'],
            $GLOBALS['CFG']->wwwroot . $path
        );
    }
}

<?php
/**
 * What local_gleanery's functions call of Moodle, in memory: descriptions of parameters and answers with their checks,
 * capabilities, locks and transactions. Written from Moodle's documentation of external functions; it claims nothing
 * about activities, which tests/moodle_server/php/shelf.php keeps, nor about how Moodle cleans a text.
 */

namespace core_external {
    class external_value {
        public function __construct(
            public string $type,
            public string $desc = '',
            public int $required = VALUE_REQUIRED,
            public mixed $default = null
        ) {
        }
    }

    class external_single_structure {
        public function __construct(
            public array $keys,
            public string $desc = '',
            public int $required = VALUE_REQUIRED,
            public mixed $default = null
        ) {
        }
    }

    class external_function_parameters extends external_single_structure {
    }

    class external_multiple_structure {
        public function __construct(
            public object $content,
            public string $desc = '',
            public int $required = VALUE_REQUIRED,
            public mixed $default = null
        ) {
        }
    }

    abstract class external_api {
        /** The value as described; anything missing, unknown or of another type is refused. */
        public static function validate_parameters(object $description, mixed $given): mixed {
            if ($description instanceof external_value) {
                return is_scalar($given) ? \clean($description->type, $given) : throw new \invalid_parameter_exception();
            }
            if (!is_array($given)) {
                throw new \invalid_parameter_exception();
            }
            if ($description instanceof external_multiple_structure) {
                return array_map(fn($one) => self::validate_parameters($description->content, $one), array_values($given));
            }
            if (array_diff_key($given, $description->keys)) {
                throw new \invalid_parameter_exception();
            }
            $checked = [];
            foreach ($description->keys as $key => $inner) {
                if (!array_key_exists($key, $given) && $inner->required === VALUE_REQUIRED) {
                    throw new \invalid_parameter_exception();
                }
                $checked[$key] = array_key_exists($key, $given) ? self::validate_parameters($inner, $given[$key]) : $inner->default;
            }
            return $checked;
        }

        public static function validate_context(object $context): void {
            if (\world::$barred) {
                throw new \moodle_exception('errorcoursecontextnotvalid');
            }
        }
    }
}

namespace core\lock {
    class lock_config {
        public static function get_lock_factory(string $type): self {
            return new self();
        }

        public function get_lock(string $resource, int $timeout): self|false {
            \world::$locks[] = $resource;
            return \world::$contended ? false : $this;
        }

        public function release(): void {
            array_pop(\world::$locks);
        }
    }
}

namespace core_privacy\local\metadata {
    interface null_provider {
        public static function get_reason(): string;
    }
}

namespace {
    const VALUE_REQUIRED = 1, VALUE_DEFAULT = 0;
    const PARAM_INT = 'int', PARAM_BOOL = 'bool', PARAM_ALPHA = 'alpha', PARAM_ALPHANUM = 'alphanum', PARAM_URL = 'url';
    const PARAM_ALPHANUMEXT = 'alphanumext', PARAM_TEXT = 'text', PARAM_RAW = 'raw', PARAM_RAW_TRIMMED = 'raw_trimmed';
    const PARAM_CAPABILITY = 'capability';
    const MATURITY_BETA = 100, RISK_XSS = 4, RISK_SPAM = 16, CONTEXT_COURSE = 50, MOODLE_INTERNAL = true;

    class moodle_exception extends Exception {
        public function __construct(public string $errorcode, string $module = '', string $link = '', mixed $a = null, string $message = '') {
            parent::__construct($message ?: trim("$module/$errorcode/" . (is_scalar($a) ? $a : ''), '/'));
        }
    }

    class invalid_parameter_exception extends moodle_exception {
        public function __construct() {
            parent::__construct('invalidparameter');
        }
    }

    /** The site: its courses, what the account may do, and what was asked of it. */
    class world {
        public static array $courses = [];
        public static array $denied = [];
        public static array $asked = [];
        public static array $locks = [];
        public static bool $contended = false;
        public static bool $barred = false;
        public static int $now = 1790000000;
        public static int $lastid = 0;
        public static string $failsafter = '';

        public static function tick(): int {
            return ++self::$now;
        }
    }

    class context_course {
        public static function instance(int $courseid): self {
            return new self();
        }
    }

    class memory_database {
        private string $kept = '';

        public function start_delegated_transaction(): self {
            $this->kept = serialize(world::$courses);
            return $this;
        }

        public function allow_commit(): void {
            $this->kept = '';
        }

        public function rollback(Throwable $fault): never {
            world::$courses = unserialize($this->kept);
            throw $fault;
        }
    }

    function get_course(int $id): stdClass {
        if (!isset(world::$courses[$id])) {
            throw new moodle_exception('invalidrecord', message: "Can't find data record in database table course.");
        }
        return (object) ['id' => $id];
    }

    function require_capability(string $capability, object $context): void {
        world::$asked[] = $capability;
        if (in_array($capability, world::$denied, true)) {
            throw new moodle_exception('nopermissions');
        }
    }

    function has_capability(string $capability, object $context): bool {
        return !in_array($capability, world::$denied, true);
    }

    /** A scalar as its type wants it: one that cleaning would change is refused, as Moodle does. */
    function clean(string $type, mixed $given): mixed {
        $text = is_bool($given) ? (string) (int) $given : (string) $given;
        $pattern = [
            'int' => '/^-?\d+$/D', 'bool' => '/^[01]$/D', 'alpha' => '/^[a-zA-Z]*$/D', 'alphanum' => '/^[a-zA-Z0-9]*$/D',
            'alphanumext' => '/^[a-zA-Z0-9_-]*$/D', 'url' => '#^https?://[\x21-\x7e]+$#D', 'raw' => '//s',
            'capability' => '#^\w+/\w+:\w+$#D',
        ][$type] ?? null;
        $fits = match ($type) {
            'text' => strip_tags($text) === $text,
            'raw_trimmed' => trim($text) === $text,
            default => preg_match($pattern, $text) === 1,
        };
        if (!$fits) {
            throw new invalid_parameter_exception();
        }
        return match ($type) {
            'int' => (int) $text,
            'bool' => $text === '1',
            default => $text,
        };
    }

    $CFG = (object) ['wwwroot' => 'https://moodle.example', 'libdir' => ''];
    $DB = new memory_database();
}

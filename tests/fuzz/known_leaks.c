/* Leaks of libraries that a fuzz target would find again and again. */
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 forgets the text that it was reading when it finds a syntax error. */
const char *
__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

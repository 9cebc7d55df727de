#ifndef TESTS_SUPPORT_SCENE_H
#define TESTS_SUPPORT_SCENE_H

/* What the name of a twin begins with: "benign-energy" does rightly what "energy" does. */
#define SCENE_TWIN_PREFIX "benign-"

/* The path of the configuration of a scene: tests/scenarios/NAME/sectorwatch.conf, where
 * NAME is the scene's or that of which it is the twin; without one, quickstart's.  Valid
 * for the rest of the program. */
const char *scene_configuration(const char *name);

#endif

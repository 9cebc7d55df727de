#ifndef BASE_ONE_LINE_H
#define BASE_ONE_LINE_H

/* Makes 'text' one line that a terminal takes as text: each ASCII control character becomes
 * a space.  For messages, which quote what stands in files. */
void one_line(char *text);

#endif

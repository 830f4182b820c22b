/* html: one self-contained page, light or dark as the reader's system is. */
#ifndef COSTATE_HTML_H
#define COSTATE_HTML_H

#include "gen/base/diagnostics.h"

/* Begins and ends a page with that title and heading. */
void html_begin(Text *page, const char *title);
void html_end(Text *page);

/* Appends string with <, >, & and quotes escaped; bytes that are not UTF-8 become U+FFFD. */
void html_string(Text *page, const char *string);

/* <tag>string</tag>, string escaped. */
void html_element(Text *page, const char *tag, const char *string);

/* The image file (PNG, SVG or GIF, by its ending) as part of the page, with what it shows in words as caption and
 * alternative text. False after an error. */
bool html_picture(Text *page, Diagnostics *diagnostics, const char *path, const char *caption);

#endif

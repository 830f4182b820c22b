/* change: what --set says, as changes of a spec. */
#ifndef COSTATE_CHANGE_H
#define COSTATE_CHANGE_H

#include "runtime/session/session.h"

/* The settings, KEY=VALUE with newlines between them, as the text that gen_changed_program takes; NULL where settings
 * is. A key may have dots: train.rate, data.1. A value that begins as a name or a path does and has nothing but their
 * characters is a string, but for true, false and nil; any other is Lua: 0.1, {1, 2}, cosine(0.1, 0.01), "1/3". False
 * with session->problem set where a setting is no KEY=VALUE. */
bool change_read(Session *session, const char *settings, const char **changes);

#endif

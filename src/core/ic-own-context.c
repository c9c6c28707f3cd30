/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-own-context.h"

IcOwnContext *
ic_own_context_enter (void)
{
  GMainContext *self = g_main_context_new ();

  g_main_context_push_thread_default (self);
  return self;
}

void
ic_own_context_leave (IcOwnContext *self)
{
  while (g_main_context_iteration (self, FALSE))
    ;
  g_main_context_pop_thread_default (self);
  g_main_context_unref (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One page of the window, such as the studies: what the sidebar shows of it, and what the keys of
 * the window ask of it. Every page is a class of its own derived from this one.
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_PAGE (ic_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (IcPage, ic_page, IC, PAGE, AdwBin)

struct _IcPageClass
{
  AdwBinClass parent_class;

  /* After "workspace" was set: the page begins to work. */
  void (*start) (IcPage *self);

  /* F5: asks again. */
  void (*refresh) (IcPage *self);

  /* Esc: closes what is open inside the page; FALSE when there is nothing to close. */
  gboolean (*step_back) (IcPage *self);

  /* Looks for what there is of the patient with this ID. */
  void (*show_patient) (IcPage *self, const char *patient_id);

  /* The page has come to the front: the keyboard should be where work begins. */
  void (*enter) (IcPage *self);
};

/* Properties: "title", "icon-name" (both set by the class in its template), "waiting" (what waits
 * for a person, 0 shows nothing), "workspace" (set once).
 */
void ic_page_start (IcPage *self, IcWorkspace *workspace);
void ic_page_refresh (IcPage *self);
gboolean ic_page_step_back (IcPage *self);
void ic_page_show_patient (IcPage *self, const char *patient_id);
void ic_page_enter (IcPage *self);

IcWorkspace *ic_page_get_workspace (IcPage *self);
const char *ic_page_get_title (IcPage *self);
guint ic_page_get_waiting (IcPage *self);
void ic_page_set_waiting (IcPage *self, guint waiting);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-viewport.h"

#include <math.h>
#include <string.h>

#define ZOOM_MIN 0.02
#define ZOOM_MAX 40.0
#define DRAG_PIXELS 500.0 /* for the whole range of values */

/* Directions on the canvas of a step along a row and along a column of the picture. */
typedef struct
{
  double row[2];
  double column[2];
} Axes;

static Axes
get_axes (const IcViewport *self)
{
  static const double turned[4][4] = {
    { 1, 0, 0, 1 }, { 0, 1, -1, 0 }, { -1, 0, 0, -1 }, { 0, -1, 1, 0 }
  };
  const double *t = turned[self->turns % 4];
  const double mirror = self->flipped ? -1 : 1;

  return (Axes){ .row = { t[0] * mirror, t[1] }, .column = { t[2] * mirror, t[3] } };
}

double
ic_viewport_get_scale (const IcViewport *self, const IcScene *scene)
{
  const gboolean on_its_side = self->turns % 2 == 1;
  const double width = scene->columns;
  const double height = scene->rows * scene->aspect;

  if (self->zoom > 0)
    return self->zoom;
  return MIN (scene->width / (on_its_side ? height : width),
              scene->height / (on_its_side ? width : height));
}

IcSpot
ic_viewport_to_canvas (const IcViewport *self, const IcScene *scene, IcSpot spot)
{
  const Axes axes = get_axes (self);
  const double scale = ic_viewport_get_scale (self, scene);
  const double u = (spot.x - scene->columns / 2.0) * scale;
  const double v = (spot.y - scene->rows / 2.0) * scale * scene->aspect;

  return (IcSpot){ scene->width / 2 + self->pan[0] + u * axes.row[0] + v * axes.column[0],
                   scene->height / 2 + self->pan[1] + u * axes.row[1] + v * axes.column[1] };
}

IcSpot
ic_viewport_to_picture (const IcViewport *self, const IcScene *scene, IcSpot spot)
{
  const Axes axes = get_axes (self);
  const double scale = ic_viewport_get_scale (self, scene);
  const double x = spot.x - scene->width / 2 - self->pan[0];
  const double y = spot.y - scene->height / 2 - self->pan[1];

  /* The axes are unit vectors at right angles: going back is going along them. */
  return (IcSpot){ scene->columns / 2.0 + (x * axes.row[0] + y * axes.row[1]) / scale,
                   scene->rows / 2.0 +
                       (x * axes.column[0] + y * axes.column[1]) / scale / scene->aspect };
}

void
ic_viewport_get_back (const IcViewport *self, const IcScene *scene, guint shrink, double back[6])
{
  const IcSpot origin = ic_viewport_to_picture (self, scene, (IcSpot){ 0, 0 });
  const IcSpot right = ic_viewport_to_picture (self, scene, (IcSpot){ 1, 0 });
  const IcSpot down = ic_viewport_to_picture (self, scene, (IcSpot){ 0, 1 });
  const double forward[6] = { right.x - origin.x, down.x - origin.x, origin.x,
                              right.y - origin.y, down.y - origin.y, origin.y };

  for (int i = 0; i < 6; i++)
    back[i] = forward[i] / shrink;
}

guint
ic_viewport_get_shrink (const IcViewport *self, const IcScene *scene)
{
  const double scale = ic_viewport_get_scale (self, scene) * MIN (1, scene->aspect);

  return scale >= 1 ? 1 : (guint) MAX (1, floor (1 / MAX (scale, ZOOM_MIN) + 1e-6));
}

void
ic_viewport_zoom_at (IcViewport *self, const IcScene *scene, double factor, IcSpot spot)
{
  const IcSpot place = ic_viewport_to_picture (self, scene, spot);
  IcSpot moved = { 0 };

  self->zoom = CLAMP (ic_viewport_get_scale (self, scene) * factor, ZOOM_MIN, ZOOM_MAX);
  moved = ic_viewport_to_canvas (self, scene, place);
  self->pan[0] += spot.x - moved.x;
  self->pan[1] += spot.y - moved.y;
}

void
ic_viewport_turn (IcViewport *self, int quarters)
{
  const double x = self->pan[0];

  for (int i = 0; i < (quarters & 3); i++)
    self->turns = (self->turns + 1) % 4;
  if ((quarters & 3) == 1)
    self->pan[0] = -self->pan[1], self->pan[1] = x;
  else if ((quarters & 3) == 3)
    self->pan[0] = self->pan[1], self->pan[1] = -x;
}

void
ic_viewport_flip (IcViewport *self)
{
  self->flipped = !self->flipped;
  self->pan[0] = -self->pan[0];
}

IcGrey
ic_viewport_get_grey (const IcViewport *self, const IcFrame *frame)
{
  IcGrey grey = ic_frame_get_default_grey (frame);

  if (!self->has_window)
    return grey;
  grey.lut = NULL;
  grey.window = self->window;
  return grey;
}

void
ic_viewport_drag_window (IcViewport *self,
                         const IcFrame *frame,
                         double range,
                         double right,
                         double down)
{
  const IcGrey grey = ic_viewport_get_grey (self, frame);
  const double step = MAX (range, 1e-6) / DRAG_PIXELS;
  IcVoiWindow window = grey.window;

  if (!self->has_window && window.function == IC_VOI_LINEAR_EXACT)
    window.function = range > 16 ? IC_VOI_LINEAR : IC_VOI_LINEAR_EXACT;
  window.width = MAX (window.width + right * step,
                      window.function == IC_VOI_LINEAR ? 1 : MAX (range, 1e-6) / 10000);
  window.centre += down * step;
  self->has_window = TRUE;
  self->window = window;
}

gboolean
ic_measure (const IcImageFacts *facts, IcSpot from, IcSpot to, double *length)
{
  const gboolean is_known = facts != NULL && facts->spacing != IC_SPACING_NONE;
  const double x = (to.x - from.x) * (is_known ? facts->column_spacing : 1);
  const double y = (to.y - from.y) * (is_known ? facts->row_spacing : 1);

  *length = hypot (x, y);
  return is_known;
}

/* Of a direction on the canvas as one in the picture: rows, then columns. */
static char *
dup_side (const IcPlane *plane, double along_row, double along_column)
{
  double direction[3] = { 0 };

  for (int i = 0; i < 3; i++)
    direction[i] = plane->orientation[i] * along_row + plane->orientation[i + 3] * along_column;
  return ic_plane_dup_side (direction);
}

/* PS3.3 C.7.6.1.1.1: what Patient Orientation says of the row and column directions; the other ends
 * are the opposite letters.
 */
static char *
dup_opposite (const char *side)
{
  static const char pairs[] = "LRRLAPPAFHHF";
  char *opposite = g_strdup (side);

  for (char *c = opposite; *c != '\0'; c++)
    for (int i = 0; pairs[i] != '\0'; i += 2)
      if (*c == pairs[i])
        {
          *c = pairs[i + 1];
          break;
        }
  return opposite;
}

static char *
dup_side_by_name (char *const names[2], double along_row, double along_column)
{
  const char *name = names[fabs (along_column) > 0.5];

  return along_row + along_column > 0 ? g_strdup (name) : dup_opposite (name);
}

void
ic_viewport_dup_sides (const IcViewport *self,
                       const IcImageFacts *facts,
                       guint frame,
                       char *sides[4])
{
  static const double directions[4][2] = { { -1, 0 }, { 0, -1 }, { 1, 0 }, { 0, 1 } };
  const IcPlane *plane = facts != NULL ? ic_image_facts_get_plane (facts, frame) : NULL;
  const char *named = facts != NULL ? facts->strings[IC_FACT_PATIENT_ORIENTATION] : "";
  g_auto(GStrv) names = g_strsplit (named, "\\", -1);
  const Axes axes = get_axes (self);

  for (int i = 0; i < 4; i++)
    {
      const double *d = directions[i];
      const double along_row = d[0] * axes.row[0] + d[1] * axes.row[1];
      const double along_column = d[0] * axes.column[0] + d[1] * axes.column[1];

      if (plane != NULL)
        sides[i] = dup_side (plane, along_row, along_column);
      else if (g_strv_length (names) == 2)
        sides[i] = dup_side_by_name (names, along_row, along_column);
      else
        sides[i] = g_strdup ("");
    }
}

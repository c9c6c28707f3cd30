/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-canvas.h"

#include "picture/ic-frame-render.h"
#include "picture/ic-pixels.h"
#include "ui/ic-viewer-overlay.h"

#include <glib/gi18n.h>
#include <math.h>

#define ZOOM_STEP 1.1   /* of the wheel */
#define DRAG_ZOOM 0.005 /* e-fold for a pixel */
#define DRAG_SLOT 8.0   /* pixels for a step through the stack */
#define LINE_MIN 3.0    /* shorter was a click */
#define DESCRIPTION_MS 100

struct _IcViewerCanvas
{
  GtkWidget parent_instance;

  IcFrame *frame;
  IcImageFacts *facts;
  guint number;
  IcViewport viewport;
  char *corners[IC_VIEWER_N_CORNERS];
  IcViewerTool tool;

  IcFrame *small; /* the frame made smaller by @shrink, before any window */
  guint shrink;
  cairo_surface_t *surface; /* what is shown; NULL: to be made again */
  graphene_rect_t place;    /* of the surface, in pixels of the screen */

  IcViewerOverlay *overlay;
  guint description; /* source id; 0: what a screen reader hears is true */

  gboolean has_line;
  IcSpot line[2]; /* in the picture */

  IcViewerTool dragging;
  double dragged[2]; /* so far */
};

enum
{
  STEP,
  LOOKED_DIFFERENTLY,
  PRESSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcViewerCanvas, ic_viewer_canvas, GTK_TYPE_WIDGET)

gboolean
ic_viewer_canvas_get_scene (IcViewerCanvas *self, IcScene *scene)
{
  const int factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  g_return_val_if_fail (IC_IS_VIEWER_CANVAS (self), FALSE);
  if (self->frame == NULL)
    return FALSE;
  *scene = (IcScene){ .columns = self->frame->columns,
                      .rows = self->frame->rows,
                      .aspect = self->frame->aspect,
                      .width = (double) gtk_widget_get_width (GTK_WIDGET (self)) * factor,
                      .height = (double) gtk_widget_get_height (GTK_WIDGET (self)) * factor };
  return scene->width >= 1 && scene->height >= 1;
}

/* A pointer's place in pixels of the screen. */
static IcSpot
spot_of (IcViewerCanvas *self, double x, double y)
{
  const int factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  return (IcSpot){ x * factor, y * factor };
}

/* Large pictures are averaged once, so that dragging a window touches what is seen only. */
static IcFrame *
ensure_small (IcViewerCanvas *self, guint shrink)
{
  if (self->small == NULL || self->shrink != shrink)
    {
      g_clear_pointer (&self->small, ic_frame_unref);
      self->small = ic_frame_shrink (self->frame, shrink);
      self->shrink = shrink;
    }
  return self->small;
}

/* What the picture covers of the canvas. */
static graphene_rect_t
get_place (IcViewerCanvas *self, const IcScene *scene)
{
  const IcSpot a = ic_viewport_to_canvas (&self->viewport, scene, (IcSpot){ 0, 0 });
  const IcSpot b =
      ic_viewport_to_canvas (&self->viewport, scene, (IcSpot){ scene->columns, scene->rows });
  const double left = CLAMP (floor (MIN (a.x, b.x)), 0, scene->width);
  const double top = CLAMP (floor (MIN (a.y, b.y)), 0, scene->height);
  const double right = CLAMP (ceil (MAX (a.x, b.x)), left, scene->width);
  const double bottom = CLAMP (ceil (MAX (a.y, b.y)), top, scene->height);

  return GRAPHENE_RECT_INIT ((float) left, (float) top, (float) (right - left),
                             (float) (bottom - top));
}

/* NULL: the picture is nowhere on the canvas. */
static cairo_surface_t *
make_surface (IcViewerCanvas *self, const IcScene *scene)
{
  const guint width = (guint) self->place.size.width;
  const guint height = (guint) self->place.size.height;
  const int factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  const IcGrey grey = ic_viewport_get_grey (&self->viewport, self->frame);
  IcFrame *small = ensure_small (self, ic_viewport_get_shrink (&self->viewport, scene));
  const guint channels = ic_frame_get_channels (small);
  g_autofree guint8 *pixels = NULL;
  cairo_surface_t *surface = NULL;
  double back[6] = { 0 };

  if (width == 0 || height == 0)
    return NULL;
  pixels = g_malloc ((gsize) small->columns * small->rows * channels);
  ic_frame_render (small, &grey, self->viewport.negative, pixels);
  ic_viewport_get_back (&self->viewport, scene, self->shrink, back);
  back[2] += back[0] * self->place.origin.x + back[1] * self->place.origin.y;
  back[5] += back[3] * self->place.origin.x + back[4] * self->place.origin.y;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  cairo_surface_flush (surface);
  /* Rows of whole pixels have no gaps between them. */
  ic_pixels_lay (&(IcPixels){ pixels, small->columns, small->rows, channels }, back, width, height,
                 cairo_image_surface_get_data (surface));
  cairo_surface_mark_dirty (surface);
  cairo_surface_set_device_scale (surface, factor, factor);
  return surface;
}

static char *
dup_length (IcViewerCanvas *self)
{
  double length = 0;

  if (!ic_measure (self->facts, self->line[0], self->line[1], &length))
    return g_strdup_printf (_ ("%.1f pixels"), length);
  if (self->facts->spacing == IC_SPACING_IMAGER)
    return g_strdup_printf (_ ("%.1f mm at the detector"), length);
  return g_strdup_printf (_ ("%.1f mm"), length);
}

static void
draw_line (IcViewerCanvas *self, GtkSnapshot *snapshot, const IcScene *scene)
{
  const double factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  g_autofree char *length = dup_length (self);
  IcSpot ends[2];

  for (int i = 0; i < 2; i++)
    {
      ends[i] = ic_viewport_to_canvas (&self->viewport, scene, self->line[i]);
      ends[i].x /= factor;
      ends[i].y /= factor;
    }
  ic_viewer_overlay_draw_line (self->overlay, snapshot, ends[0], ends[1], length);
}

static void
draw_sides (IcViewerCanvas *self, GtkSnapshot *snapshot)
{
  char *sides[4] = { NULL };

  ic_viewport_dup_sides (&self->viewport, self->facts, self->number, sides);
  ic_viewer_overlay_draw_sides (self->overlay, snapshot, sides);
  for (int i = 0; i < 4; i++)
    g_free (sides[i]);
}

static void
draw_picture (IcViewerCanvas *self, GtkSnapshot *snapshot, const IcScene *scene)
{
  const float part = 1 / (float) gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->surface == NULL)
    {
      self->place = get_place (self, scene);
      self->surface = make_surface (self, scene);
    }
  if (self->surface != NULL)
    ic_viewer_overlay_append_surface (snapshot, self->surface,
                                      &GRAPHENE_RECT_INIT (self->place.origin.x * part,
                                                           self->place.origin.y * part,
                                                           self->place.size.width * part,
                                                           self->place.size.height * part));
}

static void
ic_viewer_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  IcViewerCanvas *self = IC_VIEWER_CANVAS (widget);
  const graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                                  (float) gtk_widget_get_height (widget));
  IcScene scene = { 0 };

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 0, 0, 0, 1 }, &all);
  if (ic_viewer_canvas_get_scene (self, &scene))
    {
      draw_picture (self, snapshot, &scene);
      draw_sides (self, snapshot);
      if (self->has_line)
        draw_line (self, snapshot, &scene);
    }
  for (int i = 0; i < IC_VIEWER_N_CORNERS; i++)
    if (self->corners[i] != NULL)
      ic_viewer_overlay_draw_corner (self->overlay, snapshot, (IcViewerCorner) i, self->corners[i]);
}

static void
ic_viewer_canvas_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ic_viewer_canvas_parent_class)->css_changed (widget, change);
  ic_viewer_overlay_forget (IC_VIEWER_CANVAS (widget)->overlay);
}

static void
ic_viewer_canvas_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (ic_viewer_canvas_parent_class)->system_setting_changed (widget, setting);
  ic_viewer_overlay_forget (IC_VIEWER_CANVAS (widget)->overlay);
}

static void
look_differently (IcViewerCanvas *self)
{
  ic_viewer_canvas_look_again (self);
  g_signal_emit (self, signals[LOOKED_DIFFERENTLY], 0);
}

/* What fits has another zoom now. */
static void
ic_viewer_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  look_differently (IC_VIEWER_CANVAS (widget));
}

static gboolean
describe_cb (gpointer user_data)
{
  IcViewerCanvas *self = user_data;
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *length = self->has_line ? dup_length (self) : NULL;

  self->description = 0;
  for (int i = 0; i < IC_VIEWER_N_CORNERS; i++)
    if (self->corners[i] != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", self->corners[i]);
  if (length != NULL)
    g_string_append_printf (text, "\n%s", length);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str,
                                  -1);
  return G_SOURCE_REMOVE;
}

/* A screen reader hears what stands in the corners; nobody could listen to thirty a second. */
static void
describe (IcViewerCanvas *self)
{
  if (self->description == 0)
    self->description = g_timeout_add (DESCRIPTION_MS, describe_cb, self);
}

/* The mouse */

static void
drag_line (IcViewerCanvas *self, const IcScene *scene, GtkGestureDrag *gesture, double x, double y)
{
  IcSpot start = { 0 };

  gtk_gesture_drag_get_start_point (gesture, &start.x, &start.y);
  self->line[0] = ic_viewport_to_picture (&self->viewport, scene, spot_of (self, start.x, start.y));
  self->line[1] =
      ic_viewport_to_picture (&self->viewport, scene, spot_of (self, start.x + x, start.y + y));
  self->has_line = hypot (x, y) >= LINE_MIN;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_zoom (IcViewerCanvas *self, const IcScene *scene, GtkGestureDrag *gesture, double down)
{
  IcSpot start = { 0 };

  gtk_gesture_drag_get_start_point (gesture, &start.x, &start.y);
  ic_viewport_zoom_at (&self->viewport, scene, exp (-down * DRAG_ZOOM),
                       spot_of (self, start.x, start.y));
  look_differently (self);
}

static void
drag_stack (IcViewerCanvas *self, double y)
{
  const int steps = (int) ((y - self->dragged[1]) / DRAG_SLOT);

  self->dragged[1] += steps * DRAG_SLOT;
  if (steps != 0)
    g_signal_emit (self, signals[STEP], 0, steps);
}

static void
drag_begin_cb (IcViewerCanvas *self, double x, double y, GtkGestureDrag *gesture)
{
  const guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[PRESSED], 0);
  self->dragged[0] = 0;
  self->dragged[1] = 0;
  self->dragging = self->tool;
  if (button == GDK_BUTTON_MIDDLE)
    self->dragging = IC_VIEWER_TOOL_PAN;
  else if (button == GDK_BUTTON_SECONDARY)
    self->dragging = IC_VIEWER_TOOL_ZOOM;
}

static void
drag_update_cb (IcViewerCanvas *self, double x, double y, GtkGestureDrag *gesture)
{
  const int factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  const double right = x - self->dragged[0];
  const double down = y - self->dragged[1];
  IcScene scene = { 0 };

  if (!ic_viewer_canvas_get_scene (self, &scene))
    return;
  if (self->dragging == IC_VIEWER_TOOL_MEASURE)
    drag_line (self, &scene, gesture, x, y);
  if (self->dragging == IC_VIEWER_TOOL_SCROLL)
    drag_stack (self, y);
  if (self->dragging == IC_VIEWER_TOOL_MEASURE || self->dragging == IC_VIEWER_TOOL_SCROLL)
    return;
  self->dragged[0] = x;
  self->dragged[1] = y;
  if (self->dragging == IC_VIEWER_TOOL_ZOOM)
    {
      drag_zoom (self, &scene, gesture, down);
      return;
    }
  if (self->dragging == IC_VIEWER_TOOL_PAN)
    {
      self->viewport.pan[0] += right * factor;
      self->viewport.pan[1] += down * factor;
    }
  else if (self->frame->format != IC_FRAME_RGB)
    ic_viewport_drag_window (&self->viewport, self->frame, self->frame->high - self->frame->low,
                             right, down);
  look_differently (self);
}

static gboolean
scrolled_cb (IcViewerCanvas *self, double right, double down, GtkEventController *controller)
{
  const GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  IcScene scene = { 0 };

  if ((state & GDK_CONTROL_MASK) == 0)
    {
      const int steps = (int) (down > 0 ? ceil (down) : floor (down));

      if (steps != 0)
        g_signal_emit (self, signals[STEP], 0, steps);
    }
  else if (ic_viewer_canvas_get_scene (self, &scene))
    {
      ic_viewport_zoom_at (&self->viewport, &scene, pow (ZOOM_STEP, -down),
                           (IcSpot){ scene.width / 2, scene.height / 2 });
      look_differently (self);
    }
  return GDK_EVENT_STOP;
}

static void
ic_viewer_canvas_dispose (GObject *object)
{
  IcViewerCanvas *self = IC_VIEWER_CANVAS (object);

  g_clear_pointer (&self->frame, ic_frame_unref);
  g_clear_pointer (&self->small, ic_frame_unref);
  g_clear_pointer (&self->facts, ic_image_facts_unref);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_handle_id (&self->description, g_source_remove);
  for (int i = 0; i < IC_VIEWER_N_CORNERS; i++)
    g_clear_pointer (&self->corners[i], g_free);
  G_OBJECT_CLASS (ic_viewer_canvas_parent_class)->dispose (object);
}

static void
ic_viewer_canvas_finalize (GObject *object)
{
  ic_viewer_overlay_free (IC_VIEWER_CANVAS (object)->overlay);
  G_OBJECT_CLASS (ic_viewer_canvas_parent_class)->finalize (object);
}

static void
ic_viewer_canvas_class_init (IcViewerCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_viewer_canvas_dispose;
  G_OBJECT_CLASS (klass)->finalize = ic_viewer_canvas_finalize;
  widget_class->snapshot = ic_viewer_canvas_snapshot;
  widget_class->size_allocate = ic_viewer_canvas_size_allocate;
  widget_class->css_changed = ic_viewer_canvas_css_changed;
  widget_class->system_setting_changed = ic_viewer_canvas_system_setting_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "canvas");
  signals[STEP] = g_signal_new ("step", IC_TYPE_VIEWER_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[LOOKED_DIFFERENTLY] =
      g_signal_new ("looked-differently", IC_TYPE_VIEWER_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
  signals[PRESSED] = g_signal_new ("pressed", IC_TYPE_VIEWER_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ic_viewer_canvas_init (IcViewerCanvas *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->overlay = ic_viewer_overlay_new (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scrolled_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

GtkWidget *
ic_viewer_canvas_new (void)
{
  return g_object_new (IC_TYPE_VIEWER_CANVAS, NULL);
}

void
ic_viewer_canvas_set_frame (IcViewerCanvas *self,
                            IcFrame *frame,
                            const IcImageFacts *facts,
                            guint number)
{
  IcImageFacts *held = facts != NULL ? ic_image_facts_ref ((IcImageFacts *) facts) : NULL;
  IcFrame *shown = frame != NULL ? ic_frame_ref (frame) : NULL;

  g_return_if_fail (IC_IS_VIEWER_CANVAS (self));
  if (frame != self->frame)
    {
      g_clear_pointer (&self->small, ic_frame_unref);
      self->has_line = FALSE;
    }
  g_clear_pointer (&self->frame, ic_frame_unref);
  g_clear_pointer (&self->facts, ic_image_facts_unref);
  self->frame = shown;
  self->facts = held;
  self->number = number;
  ic_viewer_canvas_look_again (self);
}

IcFrame *
ic_viewer_canvas_get_frame (IcViewerCanvas *self)
{
  return self->frame;
}

void
ic_viewer_canvas_set_corner (IcViewerCanvas *self, IcViewerCorner corner, const char *text)
{
  g_return_if_fail (IC_IS_VIEWER_CANVAS (self) && corner < IC_VIEWER_N_CORNERS);
  if (g_strcmp0 (self->corners[corner], text) == 0)
    return;
  g_free (self->corners[corner]);
  self->corners[corner] = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
ic_viewer_canvas_get_corner (IcViewerCanvas *self, IcViewerCorner corner)
{
  return self->corners[corner];
}

void
ic_viewer_canvas_set_tool (IcViewerCanvas *self, IcViewerTool tool)
{
  g_return_if_fail (IC_IS_VIEWER_CANVAS (self));
  self->tool = tool;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), tool == IC_VIEWER_TOOL_MEASURE ? "crosshair"
                                                      : tool == IC_VIEWER_TOOL_PAN   ? "grab"
                                                                                     : "default");
}

IcViewport *
ic_viewer_canvas_get_viewport (IcViewerCanvas *self)
{
  g_return_val_if_fail (IC_IS_VIEWER_CANVAS (self), NULL);
  return &self->viewport;
}

void
ic_viewer_canvas_look_again (IcViewerCanvas *self)
{
  g_return_if_fail (IC_IS_VIEWER_CANVAS (self));
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
ic_viewer_canvas_clear_line (IcViewerCanvas *self)
{
  const gboolean had = self->has_line;

  self->has_line = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return had;
}

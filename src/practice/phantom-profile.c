/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-profile.h"

#include "dicom/shim/ic-shim-writer.h"
#include "practice/phantom-catalogue.h"

static const char *const services[] = {
  "1.2.840.10008.1.1",           /* Verification */
  "1.2.840.10008.5.1.4.1.2.1.1", /* Patient Root FIND, MOVE, GET */
  "1.2.840.10008.5.1.4.1.2.1.2", "1.2.840.10008.5.1.4.1.2.1.3",
  "1.2.840.10008.5.1.4.1.2.2.1", /* Study Root FIND, MOVE, GET */
  "1.2.840.10008.5.1.4.1.2.2.2", "1.2.840.10008.5.1.4.1.2.2.3",
};

static void
print_syntaxes (FILE *out)
{
  g_auto(GStrv) syntaxes = ic_shim_list_transfer_syntaxes ();
  gsize count = 0;
  const PhantomSeries *series = phantom_catalogue_get (&count);

  fprintf (out, "[[TransferSyntaxes]]\n[Native]\nTransferSyntax1 = %s\n", syntaxes[0]);
  fprintf (out, "TransferSyntax2 = %s\nTransferSyntax3 = %s\n[Any]\n", syntaxes[1], syntaxes[2]);
  for (guint i = 0; syntaxes[i] != NULL; i++)
    fprintf (out, "TransferSyntax%u = %s\n", i + 1, syntaxes[i]);
  for (gsize i = 0; i < count; i++)
    fprintf (out, "[Series%zu]\nTransferSyntax1 = %s\n", i + 1, series[i].syntax_uid);
}

static void
print_incoming_contexts (FILE *out, char **classes)
{
  guint n = 0;

  fprintf (out, "[[PresentationContexts]]\n[Incoming]\n");
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    fprintf (out, "PresentationContext%u = %s\\Native\n", ++n, services[i]);
  for (guint i = 0; classes[i] != NULL; i++)
    fprintf (out, "PresentationContext%u = %s\\Any\n", ++n, classes[i]);
}

static void
print_outgoing_contexts (FILE *out)
{
  gsize count = 0;
  const PhantomSeries *series = phantom_catalogue_get (&count);

  fprintf (out, "[Outgoing]\n");
  for (gsize i = 0; i < count; i++)
    fprintf (out, "PresentationContext%zu = %s\\Series%zu\n", i + 1, series[i].sop_class_uid,
             i + 1);
}

void
phantom_profile_print (FILE *out)
{
  g_auto(GStrv) classes = ic_shim_list_storage_classes ();

  print_syntaxes (out);
  print_incoming_contexts (out, classes);
  print_outgoing_contexts (out);
  fprintf (out, "[[SCPSCURoleSelection]]\n[Both]\n");
  for (guint i = 0; classes[i] != NULL; i++)
    fprintf (out, "Role%u = %s\\BOTH\n", i + 1, classes[i]);
  fprintf (out, "[[Profiles]]\n[" PHANTOM_PROFILE_INCOMING "]\nPresentationContexts = Incoming\n");
  fprintf (out, "SCPSCURoleSelection = Both\n[" PHANTOM_PROFILE_OUTGOING "]\n");
  fprintf (out, "PresentationContexts = Outgoing\n");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of Imaging Courier: the table of its verbs. */
#include "cli/ic-cli-verbs.h"
#include "words/ic-language.h"

#include <glib/gi18n.h>

static const IcCliVerb node_verbs[] = {
  { "add", N_ ("NAME"), N_ ("Make a node known: another DICOM application, such as a PACS."),
    N_ ("Example:\n"
        "  courierctl node add PACS --aet ARCHIVE --host pacs.example.org --port 104"),
    ic_cli_node_add },
  { "list", NULL, N_ ("List the nodes that are known."), NULL, ic_cli_node_list },
  { "remove", N_ ("NAME"), N_ ("Forget a node; what came from it stays."),
    N_ ("Example:\n"
        "  courierctl node remove PACS"),
    ic_cli_node_remove },
  { "echo", N_ ("NAME"), N_ ("Test whether a node answers and knows us (C-ECHO)."),
    N_ ("Example:\n"
        "  courierctl node echo PACS"),
    ic_cli_node_echo },
  { NULL },
};

static const IcCliVerb drive_verbs[] = {
  { "list", NULL, N_ ("List the optical drives of this machine."), NULL, ic_cli_drive_list, NULL,
    TRUE },
  { "info", N_ ("[DRIVE]"), N_ ("Show a drive and the disc that is in it."),
    N_ ("Example:\n"
        "  courierctl drive info /dev/sr0"),
    ic_cli_drive_info },
  { "eject", N_ ("[DRIVE]"), N_ ("Open the tray of a drive."),
    N_ ("Example:\n"
        "  courierctl drive eject /dev/sr0"),
    ic_cli_drive_eject },
  { NULL },
};

static const IcCliVerb log_verbs[] = {
  { "list", NULL, N_ ("List transfers, newest first."),
    N_ ("Examples:\n"
        "  courierctl log --from 2026-02-01 --state incomplete\n"
        "  echo 'patient-id=123456' | courierctl log list --keys -"),
    ic_cli_log_list, NULL, TRUE },
  { "show", N_ ("TRANSFER"), N_ ("Show one transfer with its proof, every image and its events."),
    N_ ("Example:\n"
        "  courierctl log show IC000012"),
    ic_cli_log_show },
  { "verify", NULL, N_ ("Check that nothing in the log was changed or removed."),
    N_ ("Every proof and medium carries the log head of its time. With --anchor the log must\n"
        "contain it.\n"
        "\n"
        "Example:\n"
        "  courierctl log verify --anchor 41:9c56cc51…"),
    ic_cli_log_verify },
  { NULL },
};

static const IcCliVerb studies_verbs[] = {
  { "list", NULL, N_ ("List the studies that are here."),
    N_ ("Example:\n"
        "  courierctl studies --modality MR --study-date 20260101-20260214"),
    ic_cli_studies_list, NULL, TRUE },
  { "remove", NULL, N_ ("Remove the images of studies from here; the log stays."),
    N_ ("For a study that the source has moved to another patient: what is here under the old one\n"
        "is never replaced, so it is removed and retrieved again.\n"
        "\n"
        "Example:\n"
        "  courierctl studies remove --study 1.2.840.113619.2.55"),
    ic_cli_studies_remove },
  { NULL },
};

static const IcCliVerb commitment_verbs[] = {
  { "list", NULL, N_ ("List what nodes were asked to keep and have not answered."), NULL,
    ic_cli_commitment_list, NULL, TRUE },
  { "ask", NULL, N_ ("Ask those nodes again."),
    N_ ("Example:\n"
        "  courierctl commitment ask"),
    ic_cli_commitment_ask },
  { "wait", NULL,
    N_ ("Take the reports that those nodes send later, on associations of their own."),
    N_ ("Ends when all have reported, the time is over, or it is stopped. The nodes must know our "
        "AE title\n"
        "with the address of this machine and the port of 'courierctl settings'.\n"
        "\n"
        "Example:\n"
        "  courierctl commitment wait --for 3600"),
    ic_cli_commitment_wait },
  { NULL },
};

static const IcCliVerb practice_verbs[] = {
  { "start", NULL, N_ ("Start a PACS with invented patients on this machine."), NULL,
    ic_cli_practice_start },
  { "stop", NULL, N_ ("Stop it; its images are kept."), NULL, ic_cli_practice_stop },
  { "status", NULL, N_ ("Say whether it runs."), NULL, ic_cli_practice_status },
  { NULL },
};

static const IcCliVerb verbs[] = {
  { "settings", NULL, N_ ("Show or change what we call ourselves."),
    N_ ("Without options the settings are shown.\n"
        "\n"
        "Example:\n"
        "  courierctl settings --our-aet COURIER --institution 'General Hospital'"),
    ic_cli_settings },
  { "node", N_ ("VERB…"), N_ ("Manage the nodes we talk to."), NULL, NULL, node_verbs },
  { "find", N_ ("NAME"), N_ ("Ask a node for patients, studies, series or images (C-FIND)."),
    N_ ("Names and IDs may have * and ? in them. What a node sends although it is not what was\n"
        "asked for is left out, and standard error says how many for which key.\n"
        "\n"
        "Examples:\n"
        "  echo 'patient-name=DOE^J*' | courierctl find PACS --keys -\n"
        "  courierctl find PACS --study-date 2026-02-01- --modality CT\n"
        "  courierctl find PACS --level series --study 1.2.840.113619.2.55"),
    ic_cli_find },
  { "retrieve", N_ ("NAME"), N_ ("Bring studies of a node here and prove that all came (C-GET)."),
    N_ ("Example:\n"
        "  courierctl retrieve PACS --study 1.2.840.113619.2.55 1.2.840.113619.2.56"),
    ic_cli_retrieve },
  { "studies", N_ ("[VERB…]"), N_ ("List or remove the studies that are here."),
    N_ ("Without a verb it is 'studies list'.\n"
        "\n"
        "Example:\n"
        "  courierctl studies --modality MR --study-date 20260101-20260214"),
    NULL, studies_verbs },
  { "export", NULL, N_ ("Send studies of one patient out on a medium, read it back, prove it."),
    N_ ("The output has its name only when it has been read back; until then it is called\n"
        "NAME.partial. A folder that is there and empty is filled where it is, and holds a\n"
        "PARTIAL.TXT for as long as it is not finished.\n"
        "\n"
        "Example:\n"
        "  courierctl export --from PACS --study 1.2.840.113619.2.55 --to iso \\\n"
        "    --output /tmp/jane.iso --keys - <<EOF\n"
        "  patient-id=123456\n"
        "  patient-name=DOE^JANE\n"
        "  recipient=St. Elsewhere\n"
        "  reason=second opinion\n"
        "  EOF\n"
        "\n"
        "--to disc burns with a drive of this machine. The disc must be empty, or rewritable and\n"
        "--blank given. It comes out and goes in again before it is read back. Stopping while the\n"
        "drive writes spoils the disc, so it must be asked for twice.\n"
        "\n"
        "What does not fit on one disc goes on several, each a file-set that says 'Disc 1 of 2'.\n"
        "The drive asks for the next one when one has been proved. For iso, folder and zip it is\n"
        "--capacity that says how much goes on one; they are called NAME_1, NAME_2 and so on.\n"
        "\n"
        "--to usb writes to the top of a stick (/dev/sdb, or where it is mounted) and leaves "
        "alone\n"
        "what is there. UDisks2 mounts it and makes it safe to be taken out."),
    ic_cli_export },
  { "send", NULL,
    N_ ("Send studies of one patient to a node and prove that they arrived (C-STORE)."),
    N_ ("Images go out exactly as they are stored; those that the node takes only unpacked are\n"
        "converted, and named in the log. The node is then asked which of them it has; one\n"
        "that does not say leaves the transfer unproven, unless it does storage commitment.\n"
        "\n"
        "Example:\n"
        "  courierctl send --study 1.2.840.113619.2.55 --to CLINIC --keys - <<EOF\n"
        "  patient-id=123456\n"
        "  patient-name=DOE^JANE\n"
        "  recipient=St. Elsewhere\n"
        "  reason=second opinion\n"
        "  EOF"),
    ic_cli_send },
  { "commitment", N_ ("[VERB…]"), N_ ("Look after what nodes were asked to keep for good."),
    N_ ("Without a verb it is 'commitment list'."), NULL, commitment_verbs },
  { "verify", N_ ("PATH|DRIVE"), N_ ("Read a medium again and compare every byte."),
    N_ ("Example:\n"
        "  courierctl verify /tmp/jane.iso\n"
        "  courierctl verify /dev/sr0"),
    ic_cli_verify },
  { "drive", N_ ("[VERB…]"), N_ ("Look into and open the drives that discs are burned with."),
    N_ ("Without a verb it is 'drive list'.\n"
        "\n"
        "Example:\n"
        "  courierctl drive"),
    NULL, drive_verbs },
  { "log", N_ ("[VERB…]"), N_ ("Look up and check what was moved."),
    N_ ("Without a verb it is 'log list'.\n"
        "\n"
        "Example:\n"
        "  courierctl log --text elsewhere"),
    NULL, log_verbs },
  { "practice", N_ ("VERB…"), N_ ("A PACS to practise on."), NULL, NULL, practice_verbs },
  { NULL },
};

static const IcCliVerb root = {
  "courierctl",
  N_ ("VERB…"),
  N_ ("Sends patient images out of a hospital with a proof for every image.\n"
      "Not a medical device, not for diagnosis."),
  N_ ("Personal values belong on standard input (--keys -), because others can see options in the\n"
      "list of processes.\n"
      "\n"
      "With --json, export, retrieve and verify print one object however they end, unless the\n"
      "usage was wrong: 'state' is succeeded, incomplete, unproven, failed, cancelled or refused,\n"
      "'error' the sentence of standard error or null, 'notices' what else there is to know. What\n"
      "somebody is to do meanwhile is an object with a 'message' on standard error.\n"
      "\n"
      "Exit codes: 0 succeeded, 1 failed, 2 wrong usage, 3 incomplete or unproven, 4 refused by a\n"
      "safety rule, 130 cancelled.\n"
      "\n"
      "Example, with the practice PACS:\n"
      "  courierctl practice start\n"
      "  courierctl find PRACTICE"),
  NULL,
  verbs,
};

int
main (int argc, char **argv)
{
  ic_language_set_up ();
  return (int) ic_cli_main (&root, argv);
}

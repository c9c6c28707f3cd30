/* SPDX-License-Identifier: GPL-3.0-or-later */
/* get-series PORT OUTDIR CLASS SYNTAX STUDY SERIES: retrieves one series by C-GET with a single
 * storage context and keeps the data sets as they came.
 */
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/scu.h>
#include <dcmtk/oflog/oflog.h>

#include <cstdio>
#include <cstdlib>

static OFCondition
negotiate (DcmSCU &scu, int port, const char *sop_class, const char *syntax)
{
  OFList<OFString> native, wanted;
  OFCondition cond;

  native.push_back (UID_LittleEndianExplicitTransferSyntax);
  wanted.push_back (syntax);
  scu.setAETitle ("PRACTICETEST");
  scu.setPeerHostName ("127.0.0.1");
  scu.setPeerPort (static_cast<Uint16> (port));
  scu.setPeerAETitle ("PRACTICE");
  scu.addPresentationContext (UID_GETStudyRootQueryRetrieveInformationModel, native);
  scu.addPresentationContext (sop_class, wanted, ASC_SC_ROLE_SCP);
  cond = scu.initNetwork ();
  return cond.good () ? scu.negotiateAssociation () : cond;
}

static OFCondition
get (DcmSCU &scu, const char *study, const char *series)
{
  DcmDataset query;
  OFList<RetrieveResponse *> responses;
  T_ASC_PresentationContextID context =
      scu.findPresentationContextID (UID_GETStudyRootQueryRetrieveInformationModel, "");
  OFCondition cond;

  query.putAndInsertString (DCM_QueryRetrieveLevel, "SERIES");
  query.putAndInsertString (DCM_StudyInstanceUID, study);
  query.putAndInsertString (DCM_SeriesInstanceUID, series);
  cond = scu.sendCGETRequest (context, &query, &responses);
  for (RetrieveResponse *response : responses)
    delete response;
  return cond;
}

int
main (int argc, char **argv)
{
  DcmSCU scu;
  OFCondition cond;

  if (argc != 7)
    return 2;
  OFLog::configure (OFLogger::OFF_LOG_LEVEL);
  scu.setStorageMode (DCMSCU_STORAGE_BIT_PRESERVING);
  scu.setStorageDir (argv[2]);
  cond = negotiate (scu, atoi (argv[1]), argv[3], argv[4]);
  if (cond.good ())
    cond = get (scu, argv[5], argv[6]);
  scu.releaseAssociation ();
  if (cond.good ())
    return 0;
  fprintf (stderr, "%s\n", cond.text ());
  return 1;
}

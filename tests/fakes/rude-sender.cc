/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rude-pacs.hh"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/dul.h>

#include <unistd.h>

#include <fstream>
#include <iterator>

namespace
{

const char extra_uid[] = "2.25.4711";
const char wrong_uid[] = "2.25.4712";
const char bad_uid[] = "../../etc/passwd";

bool
is_native (const std::string &syntax)
{
  return syntax == UID_LittleEndianExplicitTransferSyntax ||
         syntax == UID_LittleEndianImplicitTransferSyntax;
}

std::string
encode (DcmDataset &dataset, E_TransferSyntax syntax)
{
  std::vector<char> buffer (dataset.calcElementLength (syntax, EET_ExplicitLength) + 4096);
  DcmOutputBufferStream stream (buffer.data (), (offile_off_t) buffer.size ());
  void *data = nullptr;
  offile_off_t size = 0;

  dataset.transferInit ();
  dataset.write (stream, syntax, EET_ExplicitLength, nullptr);
  dataset.transferEnd ();
  stream.flushBuffer (data, size);
  return std::string (static_cast<char *> (data), (size_t) size);
}

/* The data set of a file as it stands there, or in the other native syntax. */
std::string
read_data_set (const Instance &instance, const std::string &syntax)
{
  std::ifstream stream (instance.path, std::ios::binary);
  std::string bytes ((std::istreambuf_iterator<char> (stream)), {});
  Uint32 meta_length = 0;

  if (syntax != instance.transfer_syntax)
    {
      DcmFileFormat file;

      file.loadFile (instance.path.c_str ());
      return encode (*file.getDataset (), DcmXfer (syntax.c_str ()).getXfer ());
    }
  instance.header->getMetaInfo ()->findAndGetUint32 (DCM_FileMetaInformationGroupLength,
                                                     meta_length);
  return bytes.substr (128 + 4 + 12 + meta_length);
}

} // namespace

bool
Sender::write (T_ASC_PresentationContextID context,
               DUL_DATAPDV type,
               const char *data,
               size_t size,
               bool is_last)
{
  DUL_PDV pdv = {};
  DUL_PDVLIST list = {};

  if (type == DUL_DATASETPDV)
    usleep ((useconds_t) faults_.crawl_ms * 1000);
  pdv.fragmentLength = size;
  pdv.presentationContextID = context;
  pdv.pdvType = type;
  pdv.lastPDV = is_last;
  pdv.data = const_cast<char *> (data);
  list.count = 1;
  list.pdv = &pdv;
  return DUL_WritePDVs (&association_->DULassociation, &list).good ();
}

bool
Sender::send_command (T_ASC_PresentationContextID context,
                      const std::string &class_uid,
                      const std::string &instance_uid)
{
  DcmDataset command;

  command.putAndInsertUint32 (DcmTag (0x0000, 0x0000, EVR_UL), 0);
  command.putAndInsertString (DcmTag (0x0000, 0x0002, EVR_UI), class_uid.c_str ());
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0100, EVR_US), 0x0001);
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0110, EVR_US), ++message_id_);
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0700, EVR_US), 0);
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0800, EVR_US), 1);
  command.putAndInsertString (DcmTag (0x0000, 0x1000, EVR_UI), instance_uid.c_str ());
  if (originator_id != 0)
    {
      command.putAndInsertString (DcmTag (0x0000, 0x1030, EVR_AE), originator_aet.c_str ());
      command.putAndInsertUint16 (DcmTag (0x0000, 0x1031, EVR_US), originator_id);
    }
  command.putAndInsertUint32 (DcmTag (0x0000, 0x0000, EVR_UL),
                              command.calcElementLength (EXS_LittleEndianImplicit,
                                                         EET_ExplicitLength) -
                                  12);

  std::string bytes = encode (command, EXS_LittleEndianImplicit);

  return write (context, DUL_COMMANDPDV, bytes.data (), bytes.size (), true);
}

/* Not DIMSE_receiveCommand(): it fails on contexts whose transfer syntax DCMTK does not know. */
bool
Sender::read_command (DcmDataset &command)
{
  DUL_ASSOCIATIONKEY **key = &association_->DULassociation;
  std::string bytes;
  DUL_PDV pdv = {};

  do
    {
      if (DUL_NextPDV (key, &pdv).bad () &&
          (DUL_ReadPDVs (key, nullptr, DUL_BLOCK, 0) != DUL_PDATAPDUARRIVED ||
           DUL_NextPDV (key, &pdv).bad ()))
        return false;
      bytes.append (static_cast<char *> (pdv.data), pdv.fragmentLength);
    }
  while (!pdv.lastPDV);

  DcmInputBufferStream stream;
  stream.setBuffer (bytes.data (), (offile_off_t) bytes.size ());
  stream.setEos ();
  command.transferInit ();
  OFCondition condition = command.read (stream, EXS_LittleEndianImplicit, EGL_withoutGL);
  command.transferEnd ();
  return condition.good ();
}

bool
Sender::receive_store_answer ()
{
  for (;;)
    {
      DcmDataset command;
      Uint16 field = 0;
      Uint16 status = 0;

      if (!read_command (command))
        return false;
      command.findAndGetUint16 (DCM_CommandField, field);
      command.findAndGetUint16 (DCM_Status, status);
      if (field == DIMSE_C_CANCEL_RQ)
        {
          cancelled = true;
          continue;
        }
      if (field != DIMSE_C_STORE_RSP)
        return false;
      status == 0 ? completed++ : failed++;
      return true;
    }
}

bool
Sender::send (const std::string &class_uid,
              const std::string &instance_uid,
              std::string data,
              T_ASC_PresentationContextID context,
              int number)
{
  size_t piece = association_->sendPDVLength;
  size_t stop = number != 0 && number == faults_.truncate ? data.size () / 2 : data.size ();

  if (number != 0 && number == faults_.flip)
    data.back () = (char) (data.back () ^ 0x01);
  if (!send_command (context, class_uid, instance_uid))
    return false;
  if (number != 0 && number == faults_.shorten)
    data.resize (stop = data.size () / 4 * 2);
  for (size_t at = 0; at < stop; at += piece)
    if (!write (context, DUL_DATASETPDV, data.data () + at, std::min (piece, stop - at),
                stop == data.size () && at + piece >= stop))
      return false;
  return stop == data.size () && receive_store_answer ();
}

T_ASC_PresentationContextID
Sender::context_for (const std::string &class_uid, const std::string &syntax) const
{
  T_ASC_PresentationContextID native = 0;

  for (int i = 0; i < ASC_countPresentationContexts (association_->params); i++)
    {
      T_ASC_PresentationContext context;

      ASC_getPresentationContext (association_->params, i, &context);
      if (context.resultReason != ASC_P_ACCEPTANCE || class_uid != context.abstractSyntax)
        continue;
      if (syntax == context.acceptedTransferSyntax)
        return context.presentationContextID;
      if (is_native (syntax) && is_native (context.acceptedTransferSyntax))
        native = context.presentationContextID;
    }
  return native;
}

bool
Sender::send_numbered (const Instance &instance, int number)
{
  std::string class_uid = instance.get (DCM_SOPClassUID);
  std::string uid = instance.get (DCM_SOPInstanceUID);
  T_ASC_PresentationContextID context = context_for (class_uid, instance.transfer_syntax);
  T_ASC_PresentationContext accepted;

  if (context == 0 || number == faults_.drop)
    {
      failed++;
      failed_uids += (failed_uids.empty () ? "" : "\\") + uid;
      return true;
    }
  ASC_findAcceptedPresentationContext (association_->params, context, &accepted);
  std::string data = read_data_set (instance, accepted.acceptedTransferSyntax);
  if (number == faults_.wrong_uid)
    uid = wrong_uid;
  if (number == faults_.bad_uid)
    uid = bad_uid;
  return send (class_uid, uid, data, context, number) &&
         (number != faults_.duplicate || send (class_uid, uid, data, context, number));
}

bool
Sender::send_extra ()
{
  const Instance &model = *archive_.first ();
  std::string class_uid = model.get (DCM_SOPClassUID);
  T_ASC_PresentationContextID context = context_for (class_uid, model.transfer_syntax);
  T_ASC_PresentationContext accepted;
  DcmFileFormat file;

  if (context == 0)
    return true;
  ASC_findAcceptedPresentationContext (association_->params, context, &accepted);
  file.loadFile (model.path.c_str ());
  file.getDataset ()->putAndInsertString (DCM_SOPInstanceUID, extra_uid);
  return send (class_uid, extra_uid,
               encode (*file.getDataset (), DcmXfer (accepted.acceptedTransferSyntax).getXfer ()),
               context, 0);
}

extension LinkType {
  /// The type's name as tcpdump writes it, without `DLT_`; `LINKTYPE_` and the number for one that has no name here.
  ///
  /// Raw IP is `RAW` under each of its numbers.
  public var name: String { Self.names[rawValue] ?? "LINKTYPE_\(rawValue)" }

  /// Names of the types that captures hold, decoded here or not (https://www.tcpdump.org/linktypes.html).
  private static let names: [UInt16: String] = [
    0: "NULL", 1: "EN10MB", 6: "IEEE802", 7: "ARCNET", 8: "SLIP", 9: "PPP", 10: "FDDI", 12: "RAW", 14: "RAW",
    50: "PPP_SERIAL", 51: "PPP_ETHER", 100: "ATM_RFC1483", 101: "RAW", 104: "C_HDLC", 105: "IEEE802_11",
    107: "FRELAY", 108: "LOOP", 113: "LINUX_SLL", 117: "PFLOG", 119: "PRISM_HEADER", 122: "IP_OVER_FC",
    127: "IEEE802_11_RADIO", 143: "DOCSIS", 163: "IEEE802_11_RADIO_AVS", 187: "BLUETOOTH_HCI_H4", 189: "USB_LINUX",
    192: "PPI", 195: "IEEE802_15_4_WITHFCS", 201: "BLUETOOTH_HCI_H4_WITH_PHDR", 220: "USB_LINUX_MMAPPED",
    227: "CAN_SOCKETCAN", 228: "IPV4", 229: "IPV6", 230: "IEEE802_15_4_NOFCS", 239: "NFLOG", 240: "NETANALYZER",
    249: "USBPCAP", 251: "BLUETOOTH_LE_LL", 253: "NETLINK", 276: "LINUX_SLL2",
  ]
}

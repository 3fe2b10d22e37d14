import Cryptography
package import Packets

extension ApplicationFacts {
  /// Writes all that the content says, for a record at rest.
  ///
  /// - Parameter fields: Where to.
  package func write(to fields: inout FieldWriter) {
    fields.append(services) { $0.append($1) }
    fields.append(UInt64(actions.rawValue))
    fields.append(entries) { fields, entry in
      fields.append(entry.log)
      fields.append(entry.fields) { fields, field in
        fields.append(field.name)
        field.value.write(to: &fields)
      }
    }
    fields.append(tokens) { $1.write(to: &$0) }
    fields.append(software) { fields, mark in
      fields.append(mark.kind)
      fields.append(mark.value)
    }
    fields.append(hops) { fields, hop in
      fields.append(hop.field)
      fields.append(hop.node)
      fields.append(UInt64(clamping: hop.chain))
      fields.append(hop.trust)
    }
    fields.append(UInt64(clamping: omitted))
  }

  /// Reads what `write(to:)` wrote.
  ///
  /// - Parameter fields: Where from.
  /// - Throws: `FieldReader.Failure` if it is something else.
  package init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    self.init()
    services = try fields.list { fields throws(FieldReader.Failure) in try fields.oneCase(of: Service.self) }
    actions = ActionSet(rawValue: try fields.number(as: UInt32.self))
    entries = try fields.list { fields throws(FieldReader.Failure) in
      FactEntry(
        log: try fields.text(),
        fields: try fields.list { fields throws(FieldReader.Failure) in
          FactEntry.Field(name: try fields.text(), value: try FactValue(from: &fields))
        })
    }
    tokens = try fields.list { fields throws(FieldReader.Failure) in try LinkToken(from: &fields) }
    software = try fields.list { fields throws(FieldReader.Failure) in
      SoftwareMark(kind: try fields.oneCase(of: SoftwareMark.Kind.self), value: try fields.text())
    }
    hops = try fields.list { fields throws(FieldReader.Failure) in
      var hop = ForwardedHop(
        field: try fields.text(), node: try fields.text(), chain: try fields.number(as: Int.self))
      hop.trust = try fields.oneCase(of: ForwardedHop.Trust.self)
      return hop
    }
    omitted = try fields.number(as: Int.self)
  }
}

extension LinkToken {
  /// Writes the token, for a record at rest.
  ///
  /// - Parameter fields: Where to.
  package func write(to fields: inout FieldWriter) {
    fields.append(kind)
    fields.append(whole: hash.high)
    fields.append(whole: hash.low)
    fields.append((isIssued ? 1 : 0) | (clientIsOriginator ? 2 : 0) as UInt64)
  }

  /// Reads what `write(to:)` wrote.
  ///
  /// - Parameter fields: Where from.
  /// - Throws: `FieldReader.Failure` if it is something else.
  package init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    let kind = try fields.oneCase(of: Kind.self)
    let hash = KeyedHash.Value(high: try fields.whole(), low: try fields.whole())
    let marks = try fields.number(as: UInt8.self)
    self.init(kind: kind, hash: hash, isIssued: marks & 1 != 0, clientIsOriginator: marks & 2 != 0)
  }
}

extension FactValue {
  fileprivate func write(to fields: inout FieldWriter) {
    switch self {
    case .text(let text):
      fields.append(0 as UInt64)
      fields.append(text)
    case .number(let number):
      fields.append(1 as UInt64)
      fields.append(number)
    case .flag(let flag):
      fields.append(flag ? 3 : 2 as UInt64)
    case .texts(let texts):
      fields.append(4 as UInt64)
      fields.append(texts) { $0.append($1) }
    case .numbers(let numbers):
      fields.append(5 as UInt64)
      fields.append(numbers) { $0.append($1) }
    }
  }

  fileprivate init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    switch try fields.number() {
    case 0: self = .text(try fields.text())
    case 1: self = .number(try fields.number())
    case 2: self = .flag(false)
    case 3: self = .flag(true)
    case 4: self = .texts(try fields.list { fields throws(FieldReader.Failure) in try fields.text() })
    case 5: self = .numbers(try fields.list { fields throws(FieldReader.Failure) in try fields.number() })
    default: throw FieldReader.Failure()
    }
  }
}

package import Cryptography
import Foundation

/// Signatures of manifests: whoever changes files and manifest together cannot make one without the key.
extension Manifest {
  /// The file that holds the signature: the 64 bytes of Ed25519 (RFC 8032) over the bytes of `manifest.json`.
  package static let signatureName = "manifest.json.sig"

  /// The files that no manifest lists, being the manifest itself and what is made of it.
  static let ownNames = [name, signatureName]

  /// What a folder's signature is to a public key.
  package enum SignatureState: String, Sendable {
    /// The key's owner signed this very manifest.
    case valid
    /// There is no signature.
    case missing
    /// It is of another manifest or key.
    case invalid
  }

  /// Checks a folder's signature.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - key: The public key.
  /// - Returns: What the signature is.
  package static func signature(in path: String, by key: Signature.PublicKey) -> SignatureState {
    guard let signature = FileManager.default.contents(atPath: "\(path)/\(signatureName)") else { return .missing }
    let manifest = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
    return key.accepts([UInt8](signature), of: [UInt8](manifest)) ? .valid : .invalid
  }
}

extension ReportFolder {
  /// Signs the manifest of a sealed folder.
  ///
  /// - Parameters:
  ///   - manifest: The manifest, as `seal` gave it.
  ///   - key: The key.
  /// - Throws: `Refusal` if the signature cannot be written.
  package func sign(_ manifest: Manifest, with key: Signature.PrivateKey) throws(Refusal) {
    try write(key.sign(manifest.bytes), to: Manifest.signatureName)
  }
}

/// What a catalog column can mean to klean. The raw value is how `--map` spells it.
package enum Field: String, CaseIterable, Sendable, Codable {
    case id, title, brand, category, seller, shop
    case price
    /// Before any discount: used where the selling price is missing.
    case listPrice = "list_price"
    case currency, condition
    case imageHash = "image_hash"
    case imageQuality = "image_quality"
    case logoHash = "logo_hash"
    case logoQuality = "logo_quality"
    case logoLabel = "logo_label"
    case logoBox = "logo_box"
    case orders = "orders_90d"
    case refunds = "refunds_90d"
    case complaints = "complaints_90d"
    case listedAt = "listed_at"
    case url
    case imageRef = "image_ref"
    case options, shipping
    /// The title as its source wrote it, where klean rewrote it.
    case originalTitle = "original_title"

    /// Several columns of one file may feed the field, in their order.
    var takesMany: Bool {
        switch self {
        case .category, .imageHash, .imageQuality, .logoHash, .logoQuality, .options: true
        default: false
        }
    }
}

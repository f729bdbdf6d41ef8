import KleanColumns
import KleanModel

/// The package's root folder, from where this file was compiled.
let packageRoot: String = {
    var path = #filePath
    for _ in 0..<3 { path = FileSystem.parent(of: path) }
    return path
}()

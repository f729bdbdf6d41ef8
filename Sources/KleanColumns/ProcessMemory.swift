internal import CKleanColumns

/// What malloc does with memory that is freed.
package enum ProcessMemory {
    /// What one chunk gives back the next takes again: going through the kernel in between costs a
    /// page fault for every 4 KiB of every chunk. For the whole process; call it before it has
    /// threads.
    ///
    /// - Parameter arenas: 1 for one thread that does the work, whose blocks may then be of any
    ///   size; 0 for one an allocating thread.
    package static func keep(arenas: Int32 = 0) { kc_keep_memory(arenas) }

    /// Gives back what was freed; a few milliseconds, while other threads that allocate wait.
    package static func giveBack() { kc_give_memory_back() }
}

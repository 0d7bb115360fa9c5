#pragma once

namespace gossamer::testing {

// Makes SQLite's default VFS one that asks FaultDisk::active() before each operation on a file it watches,
// tells it what was done, and leaves the rest to the real VFS; and makes the real one the default again. No
// connection may be open at either moment.
void register_fault_vfs();
void unregister_fault_vfs();

}  // namespace gossamer::testing

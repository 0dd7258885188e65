using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Notes die with their visit; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0070_notes_end")]
internal sealed class NotesEnd : SqlMigration;

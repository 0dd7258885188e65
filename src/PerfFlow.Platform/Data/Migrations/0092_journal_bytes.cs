using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Shorter journal lines and answers; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0092_journal_bytes")]
internal sealed class JournalBytes : SqlMigration;

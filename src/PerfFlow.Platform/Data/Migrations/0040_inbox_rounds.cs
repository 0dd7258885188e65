using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>The round of a task in its row; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0040_inbox_rounds")]
internal sealed class InboxRounds : SqlMigration;

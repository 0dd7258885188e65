using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Indexes of the inbox; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0010_inbox")]
internal sealed class Inbox : SqlMigration;

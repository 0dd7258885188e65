using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>What Notifications reported; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0020_deliveries")]
internal sealed class Deliveries : SqlMigration;

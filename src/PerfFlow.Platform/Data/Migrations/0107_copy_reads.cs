using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Which copies have been read; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0107_copy_reads")]
internal sealed class CopyReads : SqlMigration;

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Drafts, rounds, opinions, returns, comments; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0004_filings")]
internal sealed class Filings : SqlMigration;

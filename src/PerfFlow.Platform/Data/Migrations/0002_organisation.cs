using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Organisation, people, sign-in and the project library; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0002_organisation")]
internal sealed class OrganisationAndPeople : SqlMigration;

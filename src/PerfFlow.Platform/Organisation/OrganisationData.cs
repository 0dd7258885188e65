using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Data;

public sealed partial class PlatformDb
{
    public DbSet<Body> Organisations => Set<Body>();

    public DbSet<SectionMapping> SectionMappings => Set<SectionMapping>();

    public DbSet<Membership> Memberships => Set<Membership>();
}

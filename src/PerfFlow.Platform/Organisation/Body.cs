using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PerfFlow.Platform.Organisation;

/// <summary>
/// 组织: a body of the region's tree with the time in which it exists. Its code is hierarchical by three digits
/// (domain.md §11): department 101, unit 101001, a unit below it 101001001. Everything with a department files:
/// a department or town is also its own 本级 unit.
/// </summary>
public sealed class Body
{
    public long Id { get; private init; }

    public required int RegionId { get; init; }

    public required BodyKind Kind { get; init; }

    public required string Code { get; set; }

    public required string Name { get; set; }

    /// <summary>For narrow places: table cells, tabs.</summary>
    public required string ShortName { get; set; }

    public long? ParentId { get; set; }

    /// <summary>The department a unit belongs to; a department or town itself; null for the bureau and its sections.</summary>
    public long? DepartmentId { get; set; }

    /// <summary>First business day.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>First business day on which it no longer exists; null = open.</summary>
    public DateOnly? ValidTo { get; set; }

    /// <summary>May file: has projects, receives notices.</summary>
    public bool Files => Kind is BodyKind.Department or BodyKind.Unit or BodyKind.Town;
}

/// <summary>What a body is. The order is the order in lists.</summary>
public enum BodyKind
{
    /// <summary>财政局: the root of its region.</summary>
    Bureau,

    /// <summary>科室(股): a part of the bureau; looks after departments (归口).</summary>
    Section,

    /// <summary>主管部门: a first-level budget unit, and its own 本级.</summary>
    Department,

    /// <summary>预算单位 below a department.</summary>
    Unit,

    /// <summary>乡镇、街道、开发区: files like a department.</summary>
    Town,
}

/// <summary>归口关系: from that day the section reviews what the department's units file.</summary>
public sealed class SectionMapping
{
    public long Id { get; private init; }

    public required int RegionId { get; init; }

    public required long DepartmentId { get; init; }

    public required long SectionId { get; init; }

    public required DateOnly ValidFrom { get; init; }

    public DateOnly? ValidTo { get; set; }
}

/// <summary>A person's role at a body for a time; one person may hold several, also at different bodies.</summary>
public sealed class Membership
{
    public long Id { get; private init; }

    public required long UserId { get; init; }

    public required long OrganisationId { get; init; }

    /// <summary>One of <see cref="Roles"/>.</summary>
    public required string Role { get; init; }

    public required DateOnly ValidFrom { get; init; }

    public DateOnly? ValidTo { get; set; }
}

internal sealed class OrganisationMapping
    : IEntityTypeConfiguration<Body>, IEntityTypeConfiguration<SectionMapping>, IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Body> builder)
    {
        builder.ToTable("organisations");
        builder.Property(b => b.Id).UseIdentityAlwaysColumn();
        builder.Property(b => b.Kind).HasConversion(kind => BodyKinds.Text(kind), text => BodyKinds.Parse(text));
        builder.Ignore(b => b.Files);
    }

    public void Configure(EntityTypeBuilder<SectionMapping> builder)
    {
        builder.ToTable("section_mappings");
        builder.Property(m => m.Id).UseIdentityAlwaysColumn();
    }

    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.ToTable("memberships");
        builder.Property(m => m.Id).UseIdentityAlwaysColumn();
    }
}

/// <summary>The spelling of <see cref="BodyKind"/> in the database, in files and in text keys.</summary>
public static class BodyKinds
{
    public static string Text(BodyKind kind) => kind switch
    {
        BodyKind.Bureau => "bureau",
        BodyKind.Section => "section",
        BodyKind.Department => "department",
        BodyKind.Unit => "unit",
        BodyKind.Town => "town",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static BodyKind Parse(string text) => text switch
    {
        "bureau" => BodyKind.Bureau,
        "section" => BodyKind.Section,
        "department" => BodyKind.Department,
        "unit" => BodyKind.Unit,
        "town" => BodyKind.Town,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "No kind of body"),
    };
}

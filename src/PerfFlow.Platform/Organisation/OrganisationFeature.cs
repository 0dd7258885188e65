namespace PerfFlow.Platform.Organisation;

/// <summary>The doors of the tree, its people and their roles.</summary>
internal static class OrganisationFeature
{
    public static WebApplicationBuilder AddOrganisationFeature(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<SaveBody>();
        services.AddScoped<CloseBody>();
        services.AddScoped<MapSection>();
        services.AddScoped<GrantRole>();
        services.AddScoped<AddRegion>();
        services.AddScoped<ReadOrganisation>();
        return builder;
    }
}

using Hallmark.Core.Failures;
using Hallmark.Server.Agent;

namespace Hallmark.Server.Tests.Agent;

public sealed class AgentAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9847", "127.0.0.1:9847")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData("[::1]:0", "[::1]:0")]
    [InlineData("127.8.9.10:80", "127.8.9.10:80")]
    public void Addresses_of_this_machine_alone_are_taken(string text, string place) =>
        Assert.Equal(place, AgentAddress.Parse(text).ToString());

    [Theory]
    [InlineData("0.0.0.0:9847")]
    [InlineData("[::]:9847")]
    [InlineData("192.168.1.5:9847")]
    [InlineData("[2001:db8::1]:9847")]
    [InlineData("[::ffff:10.0.0.1]:9847")]
    [InlineData("128.0.0.1:9847")]
    public void Addresses_that_others_reach_are_refused(string text) =>
        Assert.Contains(
            "loopback interface only",
            Assert.Throws<BadInputException>(() => AgentAddress.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("")]
    [InlineData("9847")]
    [InlineData(":9847")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:9847")]
    [InlineData("example.org:9847")]
    [InlineData("[localhost]:1")]
    public void What_is_no_address_and_port_is_refused_and_no_name_is_looked_up(string text) =>
        Assert.Contains(
            "is not an address and a port",
            Assert.Throws<BadInputException>(() => AgentAddress.Parse(text)).Message,
            StringComparison.Ordinal
        );
}
